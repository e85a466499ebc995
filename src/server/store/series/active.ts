/** Which metrics had a value other than zero in a range, without reading what says no more of it. */
import { hasValue } from "~/domain/history";
import type { Buckets } from "~/domain/time-range";
import type { OpenedChunk } from "./chunk";
import { expectedRawMs, fittingBuckets, type HistoryPlan, planHistory, readHistory, tierFor } from "./history";
import { type HistoryParts, sealedBounds } from "./raw-samples";
import { blockStart, ROLLUP_COLUMNS, SERIES_PER_CHUNK } from "./tiers";

export interface ActiveRequest {
  metrics: readonly string[];
  /** Epoch milliseconds, [from, to). */
  from: number;
  to: number;
}

/** Steps have round beginnings: of few long ones the first would begin long before the range. */
const POINTS = 12;
/** Of what a history takes of the same rollups: two of four columns, and none of a metric once it was found. */
const PART_OF_ROLLUPS = 1 / 3;
const SERIES_A_SLICE = 200;

/** The history that shows what is active, with all that this file does without. */
export const historyOfActive = (request: ActiveRequest) =>
  ({ name: "active", points: POINTS, aggregate: "max", ...request }) as const;

export function planActive(parts: HistoryParts, request: ActiveRequest): Pick<HistoryPlan, "ms"> {
  const { buckets, ms } = planHistory(parts, historyOfActive(request));
  const { rolledUntil } = tierOf(parts, request, buckets);
  const sampled = expectedRawMs(parts, request.metrics, Math.max(request.from, rolledUntil), request.to);
  return { ms: sampled + PART_OF_ROLLUPS * Math.max(0, ms - sampled) };
}

/** The tier that is read, and until when. */
function tierOf(parts: HistoryParts, { from, to }: ActiveRequest, { stepMs }: Buckets) {
  const tier = tierFor(stepMs);
  return { tier, rolledUntil: tier ? Math.min(to, sealedBounds(parts).sealedUntil) : from };
}

/** Yields after each slice of work. Run it in a transaction, as `readHistory`. */
export function* readActive(parts: HistoryParts, request: ActiveRequest): Generator<undefined, string[]> {
  const { from, to } = request;
  const { tier, rolledUntil } = tierOf(parts, request, fittingBuckets(parts, historyOfActive(request)));
  const found = new Set<string>();
  if (rolledUntil < to) {
    const { series } = yield* readHistory(parts, historyOfActive({ ...request, from: Math.max(from, rolledUntil) }));
    for (const one of series) if (hasValue(one)) found.add(one.metric);
  }
  if (!tier || rolledUntil <= from) return [...found].sort();

  const { tiers } = parts;
  const slotMs = tier.seconds * 1000;
  const members = parts.series.ofMetrics(request.metrics).map(({ id, series: { metric } }) => ({ id, metric }));
  const ids = members.map(({ id }) => id);
  const blocks = tiers.rollupBlocks(tier.seconds, ids, { from: blockStart(from, tier.blockMs), to: rolledUntil });
  // What is active mostly is so now.
  for (const block of blocks.reverse()) {
    const opened = new Map<number, OpenedChunk | null>();
    let looked = 0;
    for (const { id, metric } of members) {
      if (found.has(metric)) continue;
      if (looked++ % SERIES_A_SLICE === 0) yield;
      const group = Math.floor(id / SERIES_PER_CHUNK);
      if (!opened.has(group)) opened.set(group, tiers.rollup(tier.seconds, group, block));
      const chunk = opened.get(group);
      if (!chunk) continue;
      const slots = [
        Math.max(0, Math.floor((from - block) / slotMs)),
        Math.min(chunk.slots, Math.ceil((rolledUntil - block) / slotMs)),
      ] as const;
      const first = (id % SERIES_PER_CHUNK) * ROLLUP_COLUMNS;
      // The maximum, and the minimum for what is never above zero.
      if ([2, 0].some((column) => isOtherThanZero(tiers.column(chunk, first + column), slots))) found.add(metric);
    }
  }
  return [...found].sort();
}

function isOtherThanZero(values: Float64Array | null, [from, to]: readonly [number, number]): boolean {
  for (let slot = from; values && slot < to; slot++) {
    const value = values[slot] as number;
    if (value !== 0 && !Number.isNaN(value)) return true;
  }
  return false;
}
