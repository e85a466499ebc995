/** The history of one metric as the frames that the rules were evaluated on. */
import { type ChartSeries, deriveFrame, type Frame, intervalOf } from "~/domain/derive";
import { chartUnitOf } from "~/domain/metric";
import type { Sample } from "~/domain/sample";
import { type HistoryParts, rawSamples, sealedBounds } from "./raw-samples";
import { blockStart, ROLLUP_COLUMNS, ROLLUP_TIERS, SERIES_PER_CHUNK } from "./tiers";

export interface ReplayedFrame {
  frame: Frame;
  /** Monotonic seconds since the previous frame; NaN when unknown. */
  seconds: number;
}

export interface Replayed {
  frames: Iterable<ReplayedFrame>;
  intervalSeconds: number;
  /** True when made from minute means, because nothing finer is stored for that time. */
  approximate: boolean;
  /** How many values these are at most: frames times series. */
  values: number;
}

/** More values than that are not held and tried second by second. */
const MOST_EXACT_VALUES = 2_500_000;

const MINUTES = ROLLUP_TIERS[0];

/** Replays [from, to) at full resolution if all of it is stored so and it is not too much, else from the minutes. */
export function replay(parts: HistoryParts, metric: string, { from, to }: { from: number; to: number }): Replayed {
  const rawSince = Math.min(parts.tiers.rawSince() ?? Number.POSITIVE_INFINITY, firstLogged(parts));
  // The first day of samples has a minute block too, which adds nothing from before them.
  const before = Math.min(to, Number.isFinite(rawSince) ? blockStart(rawSince, MINUTES.blockMs) : to);
  const rolled = parts.tiers.hasRollups(MINUTES.seconds, from - MINUTES.blockMs, before);
  const named = parts.series.ofMetrics([metric]);
  const series = named.length;
  const newest = Math.min(to, Math.max(parts.ring.newest?.at ?? 0, parts.log.newest(to) ?? 0, parts.tiers.sealedUntil() ?? 0));
  const exact = (series * Math.max(0, newest - Math.max(from, rawSince))) / parts.intervalMs;
  if (exact <= MOST_EXACT_VALUES && (from >= rawSince || !rolled)) {
    const frames = rawFrames(parts, metric, { from, to });
    return { frames, intervalSeconds: parts.intervalMs / 1000, approximate: false, values: exact };
  }
  const oldest = Math.max(from, parts.tiers.firstRollup(MINUTES.seconds, groupOf(named[0])) ?? newest);
  const values = (series * Math.max(0, newest - oldest)) / 1000 / MINUTES.seconds;
  return { frames: minuteFrames(parts, metric, { from, to }), intervalSeconds: MINUTES.seconds, approximate: true, values };
}

const groupOf = (first: { id: number } | undefined) => Math.floor((first?.id ?? 0) / SERIES_PER_CHUNK);

function firstLogged({ ring, log }: HistoryParts): number {
  return Math.min(ring.oldest?.at ?? Number.POSITIVE_INFINITY, log.oldest() ?? Number.POSITIVE_INFINITY);
}

function* rawFrames(parts: HistoryParts, metric: string, { from, to }: { from: number; to: number }): Generator<ReplayedFrame> {
  let previous: Sample | undefined;
  for (const sample of rawSamples(parts, [metric], { from: from - 2 * parts.intervalMs, to, ...sealedBounds(parts) })) {
    if (sample.at >= from) yield { frame: deriveFrame(previous, sample, parts.definitionOf), seconds: intervalOf(sample) };
    previous = sample;
  }
}

/** Skips minutes without a reading: the server did not evaluate then. Minutes not yet rolled up come from the samples. */
function* minuteFrames(
  parts: HistoryParts,
  metric: string,
  { from, to }: { from: number; to: number },
): Generator<ReplayedFrame> {
  const { tiers, series } = parts;
  const rolledUntil = Math.min(to, tiers.sealedUntil() ?? from);
  const members = series.ofMetrics([metric]);
  const unit = chartUnitOf(metric, parts.definitionOf);
  const layout: ChartSeries[] = members.map(({ series: one }) => ({ ...one, unit }));
  const slotMs = MINUTES.seconds * 1000;
  const blocks = { from: blockStart(from, MINUTES.blockMs), to: rolledUntil };
  const ids = members.map(({ id }) => id);
  for (const block of tiers.rollupBlocks(MINUTES.seconds, ids, blocks)) {
    const opened = new Map<number, ReturnType<typeof tiers.rollup>>();
    const means = members.map(({ id }) => {
      const group = Math.floor(id / SERIES_PER_CHUNK);
      if (!opened.has(group)) opened.set(group, tiers.rollup(MINUTES.seconds, group, block));
      const chunk = opened.get(group);
      return chunk ? tiers.column(chunk, (id % SERIES_PER_CHUNK) * ROLLUP_COLUMNS + 1) : null;
    });
    const slots = MINUTES.blockMs / slotMs;
    for (let slot = Math.max(0, Math.ceil((from - block) / slotMs)); slot < slots; slot++) {
      const at = block + slot * slotMs;
      if (at >= rolledUntil) break;
      const values = Float64Array.from(means, (column) => column?.[slot] ?? Number.NaN);
      if (values.some((value) => !Number.isNaN(value))) yield { frame: { at, series: layout, values }, seconds: MINUTES.seconds };
    }
  }
  if (rolledUntil < to) yield* rawFrames(parts, metric, { from: Math.max(from, rolledUntil), to });
}
