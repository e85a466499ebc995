"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { useLiveStore } from "~/components/live/live-provider";
import { usePreferences } from "~/components/view/preferences";
import { usePageLink, useRange } from "~/components/view/use-view";
import { isTyping, SHORTCUTS, type ShortcutContext, shortcutFor } from "./shortcuts";

const Palette = dynamic(() => import("./palette").then(({ Palette: loaded }) => loaded), { ssr: false });
const ShortcutSheet = dynamic(() => import("./shortcut-sheet").then(({ ShortcutSheet: loaded }) => loaded), { ssr: false });

const NEXT_KEY_MS = 1200;
const OPEN_PALETTE = "hostscope:palette";

export function openPalette(): void {
  window.dispatchEvent(new Event(OPEN_PALETTE));
}

/** Handles the global shortcuts and renders the dialogs that they open. */
export function Keyboard() {
  const router = useRouter();
  const link = usePageLink();
  const { span } = useRange();
  const store = useLiveStore();
  const { shortcuts } = usePreferences();
  const [shown, setShown] = useState<"palette" | "sheet" | null>(null);
  const context = useRef<ShortcutContext | null>(null);
  context.current = {
    open: (path) => router.push(link(path)),
    show: setShown,
    span,
    now: store.getState().at ?? Date.now(),
  };

  useEffect(() => {
    let pressed: string[] = [];
    let pressedAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setShown("palette");
        return;
      }
      const free = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
      if (!shortcuts || !free || isTyping(event.target, event.key) || document.querySelector("dialog[open]")) return;
      const key = event.key === " " ? "p" : event.key;
      pressed = event.timeStamp - pressedAt > NEXT_KEY_MS ? [key] : [...pressed, key];
      pressedAt = event.timeStamp;
      const found = shortcutFor(pressed) ?? shortcutFor([key]);
      if (found === "more") return;
      pressed = [];
      if (found === null || !context.current) return;
      event.preventDefault();
      found.run(context.current);
    };
    const onOpen = () => setShown("palette");
    window.addEventListener("keydown", onKey);
    window.addEventListener(OPEN_PALETTE, onOpen);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener(OPEN_PALETTE, onOpen);
    };
  }, [shortcuts]);

  return (
    <>
      {shown === "palette" && <Palette onClose={() => setShown(null)} onSheet={() => setShown("sheet")} />}
      {shown === "sheet" && <ShortcutSheet shortcuts={SHORTCUTS} onClose={() => setShown(null)} />}
    </>
  );
}
