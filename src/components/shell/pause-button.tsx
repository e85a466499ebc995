"use client";

import { Pause, Play } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useEffect } from "react";
import { useLiveStore, useLiveValue } from "~/components/live/live-provider";
import { writeAddress } from "~/components/view/use-view";

export function togglePause(): void {
  const paused = new URLSearchParams(window.location.search).has("paused");
  writeAddress({ paused: paused ? null : "1" });
}

/** Freezes the values on the page. The URL records it, so that a copied link opens paused. */
export function PauseButton() {
  const paused = useSearchParams().has("paused");
  const store = useLiveStore();
  useEffect(() => store.setPaused(paused), [store, paused]);
  const behind = useLiveValue((state) =>
    state.paused ? Math.max(0, Math.round(((state.arrivedAt ?? 0) - (state.at ?? 0)) / 1000)) : 0,
  );
  const Icon = paused ? Play : Pause;
  return (
    <button
      type="button"
      aria-pressed={paused}
      onClick={togglePause}
      title={paused ? "Go on (p)" : "Pause (p)"}
      className="flex h-9 items-center gap-1.5 rounded-[10px] border border-line bg-card px-2.5 text-[13px] hover:bg-hover min-[800px]:px-3"
    >
      <Icon size={14} aria-hidden="true" />
      <span className={paused ? "numbers whitespace-nowrap" : "sr-only min-[1000px]:not-sr-only"}>
        {paused ? `${behind} s behind` : "Pause"}
      </span>
    </button>
  );
}
