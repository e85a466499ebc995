/** The past of one metric as the frames that rules were evaluated on. */
import { type ChartSeries, deriveFrame, type Frame, intervalOf } from "~/domain/derive";
import { chartUnit, metricDefinition } from "~/domain/metric";
import type { Sample } from "~/domain/sample";
import { type HistoryParts, rawSamples, sealing } from "./history";
import { blockStart, GROUP_SIZE, ROLLUP_TIERS, STATISTICS } from "./tiers";

export interface ReplayedFrame {
  frame: Frame;
  /** Monotonic time since the frame before; NaN when it is not known. */
  seconds: number;
}

export interface Replayed {
  frames: Iterable<ReplayedFrame>;
  intervalSeconds: number;
  /** Made from means of minutes: nothing finer is kept of that time. */
  approximate: boolean;
}

const MINUTES = ROLLUP_TIERS[0];

/** [from, to) at full resolution where all of it is kept so, else from the minutes. */
export function replay(parts: HistoryParts, metric: string, { from, to }: { from: number; to: number }): Replayed {
  const rawSince = Math.min(parts.tiers.rawSince() ?? Number.POSITIVE_INFINITY, firstLogged(parts));
  // The day in which the samples begin has a block of minutes too, that tells nothing of the time before them.
  const before = Math.min(to, Number.isFinite(rawSince) ? blockStart(rawSince, MINUTES.blockMs) : to);
  const rolled = parts.tiers.hasRollups(MINUTES.seconds, from - MINUTES.blockMs, before);
  if (from >= rawSince || !rolled) {
    return { frames: rawFrames(parts, metric, { from, to }), intervalSeconds: parts.intervalMs / 1000, approximate: false };
  }
  return { frames: minuteFrames(parts, metric, { from, to }), intervalSeconds: MINUTES.seconds, approximate: true };
}

function firstLogged({ ring }: HistoryParts): number {
  return ring.oldest?.at ?? Number.POSITIVE_INFINITY;
}

function* rawFrames(parts: HistoryParts, metric: string, { from, to }: { from: number; to: number }): Generator<ReplayedFrame> {
  let previous: Sample | undefined;
  for (const sample of rawSamples(parts, [metric], { from: from - 2 * parts.intervalMs, to, ...sealing(parts) })) {
    if (sample.at >= from) yield { frame: deriveFrame(previous, sample), seconds: intervalOf(sample) };
    previous = sample;
  }
}

/** A minute in which nothing was read is left out, as the server did not evaluate then. What is not rolled up yet comes from the samples. */
function* minuteFrames(
  parts: HistoryParts,
  metric: string,
  { from, to }: { from: number; to: number },
): Generator<ReplayedFrame> {
  const { tiers, series } = parts;
  const rolledUntil = Math.min(to, tiers.sealedUntil() ?? from);
  const members = series.ofMetrics([metric]);
  const definition = metricDefinition(metric);
  const unit = definition ? chartUnit(definition) : "1";
  const layout: ChartSeries[] = members.map(({ series: one }) => ({ ...one, unit }));
  const slotMs = MINUTES.seconds * 1000;
  for (let block = blockStart(from, MINUTES.blockMs); block < rolledUntil; block += MINUTES.blockMs) {
    const opened = new Map<number, ReturnType<typeof tiers.rollup>>();
    const means = members.map(({ id }) => {
      const group = Math.floor(id / GROUP_SIZE);
      if (!opened.has(group)) opened.set(group, tiers.rollup(MINUTES.seconds, group, block));
      const chunk = opened.get(group);
      return chunk ? tiers.column(chunk, (id % GROUP_SIZE) * STATISTICS + 1) : null;
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
