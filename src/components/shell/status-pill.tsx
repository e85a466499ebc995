"use client";

import { type Freshness, useFreshness } from "~/components/live/live-provider";
import type { Words } from "~/components/words/en";
import { useWords } from "~/components/words/words-provider";

function textOf(freshness: Freshness, { freshness: words }: Words["shell"]): string {
  switch (freshness.kind) {
    case "reconnecting":
      return words.reconnecting(freshness.seconds);
    case "stale":
      return words.stale(freshness.seconds);
    default:
      return words[freshness.kind];
  }
}

const DOT: Record<Freshness["kind"], string> = {
  live: "bg-ok",
  connecting: "bg-muted",
  stopped: "bg-info",
  paused: "bg-info",
  reconnecting: "bg-warning",
  stale: "bg-warning",
};

/** Shows how fresh the page is. Screen readers hear only the state, not the age that changes every second. */
export function StatusPill() {
  const freshness = useFreshness();
  const { shell } = useWords();
  return (
    <span
      data-testid="status"
      className="flex items-center gap-2 rounded-full border border-line px-2.5 py-1.5 min-[800px]:px-3 text-[12.5px] text-muted"
    >
      <span className={`size-2 rounded-full ${DOT[freshness.kind]}`} aria-hidden="true" />
      <span className="numbers whitespace-nowrap">{textOf(freshness, shell)}</span>
      <span role="status" className="sr-only">
        {freshness.kind}
      </span>
    </span>
  );
}
