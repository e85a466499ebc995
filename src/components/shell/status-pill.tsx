"use client";

import { type Freshness, useFreshness } from "~/components/live/live-provider";
import { useRange } from "~/components/view/use-view";
import type { Words } from "~/components/words/en";
import { useWords } from "~/components/words/words-provider";

/** A range that is over is never live. */
type Shown = Freshness | { kind: "past" };

function textOf(shown: Shown, { freshness: words }: Words["shell"]): string {
  switch (shown.kind) {
    case "reconnecting":
      return words.reconnecting(shown.seconds);
    case "stale":
      return words.stale(shown.seconds);
    default:
      return words[shown.kind];
  }
}

/** Without the age. */
function stateOf({ kind }: Shown, { freshness: words }: Words["shell"]): string {
  if (kind === "reconnecting") return words.reconnecting(null);
  return kind === "stale" ? words.outdated : words[kind];
}

const DOT: Record<Shown["kind"], string> = {
  live: "bg-ok",
  connecting: "bg-muted",
  stopped: "bg-info",
  paused: "bg-info",
  past: "bg-muted",
  reconnecting: "bg-warning",
  stale: "bg-warning",
};

/** Seen on every page: what a page shows is old. */
const TROUBLE: ReadonlySet<Shown["kind"]> = new Set<Shown["kind"]>(["stopped", "reconnecting", "stale"]);

/** Shows how fresh the page is. Screen readers hear only the state, not the age that changes every second. */
export function StatusPill() {
  const freshness = useFreshness();
  const { span } = useRange();
  const { shell } = useWords();
  const shown: Shown = span.moving ? freshness : { kind: "past" };
  return (
    <span
      data-testid="status"
      className={`flex items-center gap-2 rounded-full border border-line px-2.5 py-1.5 min-[800px]:px-3 text-[12.5px] text-muted ${TROUBLE.has(shown.kind) ? "visible" : ""}`}
    >
      <span className={`size-2 rounded-full ${DOT[shown.kind]}`} aria-hidden="true" />
      <span className="numbers whitespace-nowrap">{textOf(shown, shell)}</span>
      <span role="status" className="sr-only">
        {stateOf(shown, shell)}
      </span>
    </span>
  );
}
