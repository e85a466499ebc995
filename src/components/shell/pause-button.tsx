"use client";

import { Pause, Play, Radio } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useEffect } from "react";
import { useLiveStore, useLiveValue } from "~/components/live/live-provider";
import { showLive, useRange, writeAddress } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";

export function togglePause(): void {
  const paused = new URLSearchParams(window.location.search).has("paused");
  writeAddress({ paused: paused ? null : "1" });
}

/** Freezes the values on the page. The URL records it, so that a copied link opens paused. In a range that is over it leads back to now. */
export function PauseButton() {
  const paused = useSearchParams().has("paused");
  const { span } = useRange();
  const store = useLiveStore();
  const words = useWords().shell.pause;
  const format = useFormat();
  useEffect(() => store.setPaused(paused), [store, paused]);
  const behind = useLiveValue((state) =>
    state.paused && state.at !== null ? Math.max(0, Math.round(((state.arrivedAt ?? 0) - state.at) / 1000)) : 0,
  );
  const past = !span.moving;
  const Icon = past ? Radio : paused ? Play : Pause;
  const [text, title] = past
    ? [words.live, words.liveKey]
    : paused
      ? [words.behind(format.duration(behind)), words.resumeKey]
      : [words.pause, words.pauseKey];
  return (
    <button
      type="button"
      {...(!past && { "aria-pressed": paused })}
      onClick={past ? showLive : togglePause}
      title={title}
      aria-label={text}
      className="flex h-9 items-center gap-1.5 rounded-[10px] border border-line bg-card px-2.5 text-[13px] hover:bg-hover min-[800px]:px-3"
    >
      <Icon size={14} aria-hidden="true" />
      <span className="numbers hidden whitespace-nowrap min-[1000px]:inline">{text}</span>
      {paused && !past && (
        <span className="numbers whitespace-nowrap max-[379px]:hidden min-[1000px]:hidden">{format.duration(behind)}</span>
      )}
    </button>
  );
}
