/** Explains one metric over a stretch of time from what is stored. */
import { type Cause, NOTHING_KEPT, UNKNOWN_CAUSE } from "~/domain/contributor";
import type { Consumer } from "~/domain/process";
import type { Labels } from "~/domain/sample";
import { causeOf } from "./cause";
import type { LiveFacts } from "./live";

/** Times are epoch milliseconds. */
export interface CauseSource {
  /** What processes used in (from, to]. */
  consumers: (from: number, to: number) => Consumer[];
  /** The mean of one series over (from, to]; null when it has no readings. */
  mean: (series: { metric: string; labels: Labels }, from: number, to: number) => number | null;
}

export interface Stretch {
  metric: string;
  labels: Labels;
  from: number;
  to: number;
  /** How long before `from` it is compared with. */
  baselineMs: number;
  /** What a custom metric says that it is explained by. */
  declared?: string | undefined;
  live?: LiveFacts | undefined;
}

export function explainMetric({ metric, labels, from, to, baselineMs, declared, live }: Stretch, source: CauseSource): Cause {
  const now = source.consumers(from, to);
  if (now.length === 0) return { ...UNKNOWN_CAUSE, refusal: NOTHING_KEPT };
  const before = source.consumers(from - baselineMs, from);
  return causeOf(
    { metric, labels, from, to, baselineMs },
    {
      now,
      before,
      readings: (name, its = {}) => source.mean({ metric: name, labels: its }, from, to),
      readingsBefore: (name, its = {}) => source.mean({ metric: name, labels: its }, from - baselineMs, from),
      declared,
      live,
    },
  );
}
