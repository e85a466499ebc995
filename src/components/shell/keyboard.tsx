"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { useLiveStore } from "~/components/live/live-provider";
import { lazyPart } from "~/components/ui/lazy-part";
import { usePreferences } from "~/components/view/preferences";
import { usePageLink, useRange } from "~/components/view/use-view";
import { isTyping, outcomeOf, SHORTCUTS, type ShortcutContext } from "./shortcuts";

const Palette = lazyPart(() => import("./palette").then(({ Palette: loaded }) => loaded));
const ShortcutSheet = lazyPart(() => import("./shortcut-sheet").then(({ ShortcutSheet: loaded }) => loaded));
const JumpDialog = lazyPart(() => import("./jump-dialog").then(({ JumpDialog: loaded }) => loaded));

/** So long after a key the next one may continue it. */
const NEXT_KEY_MS = 700;
/** A digit is a range of its own unless a time of day follows at once. */
const NEXT_DIGIT_MS = 350;
const OPEN_PALETTE = "hostscope:palette";

export function openPalette(): void {
  window.dispatchEvent(new Event(OPEN_PALETTE));
}

interface Shown {
  kind: "palette" | "sheet" | "jump";
  /** What has been typed before the dialog was loaded. */
  text: string;
}

/** Handles the global shortcuts and renders the dialogs that they open. */
export function Keyboard() {
  const router = useRouter();
  const link = usePageLink();
  const { span } = useRange();
  const store = useLiveStore();
  const { shortcuts } = usePreferences();
  const [shown, setShown] = useState<Shown | null>(null);
  const jump = (text: string) => setShown({ kind: "jump", text });
  const show = (kind: Shown["kind"]) => setShown({ kind, text: "" });
  const context = useRef<ShortcutContext | null>(null);
  context.current = {
    open: (path) => router.push(link(path)),
    show,
    jump,
    type: shown === null ? null : (key) => setShown({ ...shown, text: shown.text + key }),
    span,
    now: store.getState().at ?? store.serverNow(),
  };
  useShortcuts(shortcuts, context);
  useEffect(() => {
    const onOpen = () => setShown({ kind: "palette", text: "" });
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      onOpen();
    };
    window.addEventListener("keydown", onKey);
    window.addEventListener(OPEN_PALETTE, onOpen);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener(OPEN_PALETTE, onOpen);
    };
  }, []);

  const close = () => setShown(null);
  return (
    <>
      {shown?.kind === "palette" && (
        <Palette typed={shown.text} onClose={close} onSheet={() => show("sheet")} onJump={() => jump("")} />
      )}
      {shown?.kind === "sheet" && <ShortcutSheet shortcuts={SHORTCUTS} onClose={close} />}
      {shown?.kind === "jump" && <JumpDialog typed={shown.text} onClose={close} />}
    </>
  );
}

function useShortcuts(enabled: boolean, context: { readonly current: ShortcutContext | null }): void {
  useEffect(() => {
    if (!enabled) return;
    let pressed: string[] = [];
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const onKey = (event: KeyboardEvent) => {
      const free = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
      if (!free || event.key === "Shift" || document.querySelector("dialog[open]")) return;
      const type = context.current?.type;
      if (type) {
        // The dialog that these keys are for is being loaded; the focus is still where it was.
        if (event.key.length === 1) {
          event.preventDefault();
          type(event.key);
        }
        return;
      }
      if (isTyping(event.target, event.key)) return;
      clearTimeout(waiting);
      const key = event.key === " " ? "p" : event.key;
      const continued = outcomeOf([...pressed, key]);
      // A key that continues nothing begins anew.
      pressed = continued.kind === "none" ? [key] : [...pressed, key];
      const outcome = continued.kind === "none" ? outcomeOf(pressed) : continued;
      const finish = (run?: (current: ShortcutContext) => void) => {
        pressed = [];
        if (context.current) run?.(context.current);
      };
      if (outcome.kind !== "none") event.preventDefault();
      if (outcome.kind === "wait") {
        const ms = pressed[0] === "g" ? NEXT_KEY_MS : NEXT_DIGIT_MS;
        waiting = setTimeout(() => finish(outcome.otherwise?.run), ms);
      } else if (outcome.kind === "jump") finish(({ jump }) => jump(outcome.text));
      else finish(outcome.kind === "run" ? outcome.shortcut.run : undefined);
    };
    window.addEventListener("keydown", onKey);
    return () => {
      clearTimeout(waiting);
      window.removeEventListener("keydown", onKey);
    };
  }, [enabled, context]);
}
