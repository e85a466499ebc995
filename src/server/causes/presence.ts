/** How long processes were there, in a stretch in which there may have been pauses without readings. Pure. */
import type { Span } from "~/domain/explanation";
import type { Consumer } from "~/domain/process";

/** For how long there are readings: that of whoever lived longest. A row without a pid has the sum of several. */
export function coveredSeconds(consumers: readonly Consumer[]): number {
  const longest = (some: readonly Consumer[]) => some.reduce((most, { seconds }) => Math.max(most, seconds), 0);
  return longest(consumers.filter(({ pid }) => pid !== 0)) || longest(consumers);
}

/** Whoever was seen until so short before the end is still there. */
const END_SLACK_MS = 5000;

/** Says of a process when it was seen last; null where it is still there, or may have ended in a pause. */
export function endsIn(consumers: readonly Consumer[], { from, to }: Span): (one: Consumer) => number | null {
  const pauseMs = Math.max(0, to - from - 1000 * coveredSeconds(consumers));
  return ({ startedAt, seconds }) => {
    const end = Math.max(from, startedAt) + 1000 * seconds;
    return end + pauseMs < to - END_SLACK_MS ? end : null;
  };
}
