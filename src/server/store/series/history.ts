/** Answers a range query from the tier that fits the chart's width, joined with the sample log and the ring without a gap. */
import { type ChartSeries, inputsOf } from "~/domain/derive";
import { type Aggregate, type History, inSystemBundle, SYSTEM_BUNDLE } from "~/domain/history";
import { chartUnitOf, type DefinitionOf } from "~/domain/metric";
import type { Sample } from "~/domain/sample";
import { type Buckets, bucketsFor } from "~/domain/time-range";
import { Downsampler } from "./reduce";
import type { Ring } from "./ring";
import { placesOfMetrics, type SampleLogReader } from "./sample-log";
import type { SeriesIndexReader } from "./series-index";
import { blockStart, HOUR_MS, ROLLUP_COLUMNS, ROLLUP_TIERS, type RollupTier, SERIES_PER_CHUNK, type Tiers } from "./tiers";

export interface HistoryRequest {
  /** A metric, "system" for the main bundle, or any name when `metrics` is given. */
  name: string;
  /** The metrics of a bundle other than "system". */
  metrics?: readonly string[];
  /** Minimum step. */
  stepSeconds?: number | undefined;
  /** Epoch milliseconds, [from, to). */
  from: number;
  to: number;
  points: number;
  aggregate: Aggregate;
}

export interface HistoryParts {
  intervalMs: number;
  series: SeriesIndexReader;
  log: SampleLogReader;
  ring: Ring;
  tiers: Tiers;
  definitionOf: DefinitionOf;
}

const INTERVAL_METRIC = "hostscope.sample.interval";
const SYSTEM_METRICS: readonly string[] = [...new Set(SYSTEM_BUNDLE.map(({ metric }) => metric))];

/** Series times points of one answer. A cell is some 100 bytes until it is sent, and the server's heap is 192 MB. */
const MOST_CELLS = 250_000;

/** Samples between two yields: some milliseconds. */
const SAMPLES_A_SLICE = 500;

/** Yields after each slice of work. Run it in a transaction: it then sees all of a concurrent seal or deletion or none of it. */
export function* readHistory(
  parts: HistoryParts,
  request: HistoryRequest,
  buckets = fittingBuckets(parts, request),
): Generator<undefined, History> {
  const { intervalMs } = parts;
  const { name, aggregate } = request;
  const end = buckets.start + buckets.count * buckets.stepMs;
  const metrics = metricsOf(request);
  const wanted = name === "system" ? inSystemBundle : ({ metric }: ChartSeries) => metrics.includes(metric);
  const reducer = new Downsampler(buckets, wanted, parts.definitionOf, MOST_CELLS);

  // A clock set back reopens sealed hours. There the sample log overrides the chunks.
  const { sealedUntil, everSealed } = sealedBounds(parts);
  const tier = tierFor(buckets.stepMs);
  // Rollups cover all sealed hours.
  const rolledUntil = Math.min(end, sealedUntil);
  const usesRollups = tier !== undefined && rolledUntil > buckets.start;
  if (usesRollups) yield* addRollups({ parts, reducer, buckets, metrics, wanted }, tier, rolledUntil);
  const rawFrom = usesRollups ? rolledUntil : buckets.start;
  // Read the sample before the range too: the first rate needs it.
  const raw =
    rawFrom < end ? rawSamples(parts, metrics, { from: rawFrom - 2 * intervalMs, to: end, sealedUntil, everSealed }) : [];
  let count = 0;
  for (const sample of raw) {
    if (sample.at >= rawFrom) reducer.add(sample);
    else reducer.prime(sample);
    if (++count % SAMPLES_A_SLICE === 0) yield;
  }
  return {
    name,
    from: buckets.start,
    to: end,
    stepSeconds: buckets.stepMs / 1000,
    resolutionSeconds: usesRollups ? tier.seconds : intervalMs / 1000,
    timestamps: timestampsOf(buckets),
    // Sorted by key: the order must not depend on the tier that a series came from.
    series: [...reducer.points]
      .filter(([, one]) => one.hasReadings)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, one]) => one.toSeries(aggregate)),
  };
}

function metricsOf({ name, metrics }: HistoryRequest): readonly string[] {
  return metrics ?? (name === "system" ? SYSTEM_METRICS : [name]);
}

function fittingBuckets(parts: HistoryParts, { from, to, points, stepSeconds = 0 }: HistoryRequest): Buckets {
  const { intervalMs } = parts;
  const finest = bucketsFor({ from, to }, { points, intervalMs, stepSeconds });
  const least = leastStep(parts, finest);
  return least > finest.stepMs / 1000 ? bucketsFor({ from, to }, { points, intervalMs, stepSeconds: least }) : finest;
}

const MS_A_MILLION_VALUES = { rolled: 60, sampled: 40, inMemory: 25 };

/** The steps of an answer, and the milliseconds that it is expected to take. */
export interface HistoryPlan {
  buckets: Buckets;
  ms: number;
}

export function planHistory(parts: HistoryParts, request: HistoryRequest): HistoryPlan {
  const buckets = fittingBuckets(parts, request);
  return { buckets, ms: expectedMs(parts, request, buckets) };
}

/** From how many values are read. */
function expectedMs(parts: HistoryParts, request: HistoryRequest, { stepMs, start, count }: Buckets): number {
  const tier = tierFor(stepMs);
  const metrics = metricsOf(request);
  const end = start + count * stepMs;
  const oldest = Math.max(start, parts.tiers.rawSince() ?? parts.log.oldest() ?? end);
  if (tier) {
    const series = parts.series.ofMetrics(metrics);
    const first = parts.tiers.firstRollup(tier.seconds, Math.floor((series[0]?.id ?? 0) / SERIES_PER_CHUNK));
    const slots = Math.max(0, end - Math.max(start, first ?? end)) / (tier.seconds * 1000);
    return (slots * series.length * MS_A_MILLION_VALUES.rolled) / 1e6;
  }
  const inMemory = parts.ring.oldest?.at ?? end;
  const samples = (from: number, to: number) => Math.max(0, to - from) / parts.intervalMs;
  const inputs = parts.series.ofMetrics([...new Set(metrics.flatMap(inputsOf))]).length;
  const stored = samples(oldest, Math.min(end, inMemory)) * MS_A_MILLION_VALUES.sampled;
  const remembered = samples(Math.max(start, inMemory), end) * MS_A_MILLION_VALUES.inMemory;
  return ((stored + remembered) * inputs) / 1e6;
}

/** The step in seconds at which the beginning of a range has readings: finer tiers are kept for a shorter time. 0 when any step will do. */
function leastStep(parts: HistoryParts, { start, stepMs }: Buckets): number {
  const [minute, hour] = ROLLUP_TIERS;
  if (stepMs >= hour.seconds * 1000) return 0;
  const rawSince = parts.tiers.rawSince() ?? Number.POSITIVE_INFINITY;
  if (start >= rawSince) return 0;
  const minutesSince = firstRolled(parts, minute);
  const hoursSince = firstRolled(parts, hour);
  // An hour begins up to an hour before its first minute.
  if (start < minutesSince && Number.isFinite(hoursSince) && hoursSince <= minutesSince - HOUR_MS) return hour.seconds;
  return minutesSince < rawSince ? minute.seconds : 0;
}

/** When the readings of a tier begin; infinite when it has none. Every sample has its interval. */
function firstRolled({ tiers, series }: HistoryParts, tier: RollupTier): number {
  const [interval] = series.ofMetrics([INTERVAL_METRIC]);
  if (!interval) return Number.POSITIVE_INFINITY;
  const group = Math.floor(interval.id / SERIES_PER_CHUNK);
  const start = tiers.firstRollup(tier.seconds, group);
  const block = start === null ? null : tiers.rollup(tier.seconds, group, start);
  if (start === null || !block) return Number.POSITIVE_INFINITY;
  const means = tiers.column(block, (interval.id % SERIES_PER_CHUNK) * ROLLUP_COLUMNS + 1);
  const slot = means?.findIndex((value) => !Number.isNaN(value)) ?? -1;
  return slot < 0 ? Number.POSITIVE_INFINITY : start + slot * tier.seconds * 1000;
}

function timestampsOf({ start, stepMs, count }: Buckets): number[] {
  const timestamps: number[] = [];
  for (let index = 0; index < count; index++) timestamps.push(start + index * stepMs);
  return timestamps;
}

/** The coarsest tier with at least one slot per step; undefined when only the samples are fine enough. */
function tierFor(stepMs: number): RollupTier | undefined {
  return ROLLUP_TIERS.findLast(({ seconds }) => stepMs >= seconds * 1000);
}

interface RollupQuery {
  parts: HistoryParts;
  reducer: Downsampler;
  buckets: Buckets;
  metrics: readonly string[];
  wanted: (series: ChartSeries) => boolean;
}

function* addRollups(
  { parts, reducer, buckets, metrics, wanted }: RollupQuery,
  tier: RollupTier,
  until: number,
): Generator<undefined> {
  const { series, tiers } = parts;
  const slotMs = tier.seconds * 1000;
  const members = series
    .ofMetrics(metrics)
    .map(({ id, series: one }) => ({ id, one: { ...one, unit: chartUnitOf(one.metric, parts.definitionOf) } }))
    .filter(({ one }) => wanted(one));
  const ids = members.map(({ id }) => id);
  for (const block of tiers.rollupBlocks(tier.seconds, ids, { from: blockStart(buckets.start, tier.blockMs), to: until })) {
    yield;
    const opened = new Map<number, ReturnType<Tiers["rollup"]>>();
    for (const { id, one } of members) {
      const group = Math.floor(id / SERIES_PER_CHUNK);
      if (!opened.has(group)) opened.set(group, tiers.rollup(tier.seconds, group, block));
      const chunk = opened.get(group);
      if (!chunk) continue;
      const first = (id % SERIES_PER_CHUNK) * ROLLUP_COLUMNS;
      const [min, mean, max, count] = [0, 1, 2, 3].map((index) => tiers.column(chunk, first + index));
      if (!min || !mean || !max || !count) continue;
      const firstSlot = Math.max(0, Math.floor((buckets.start - block) / slotMs));
      const lastSlot = Math.min(chunk.slots, Math.ceil((until - block) / slotMs));
      // Of all that ever had a name, most have no reading here.
      if (!hasReading(count, firstSlot, lastSlot)) continue;
      const points = reducer.pointsOf(one);
      for (let slot = firstSlot; slot < lastSlot; slot++) {
        const bucket = Math.floor((block + slot * slotMs - buckets.start) / buckets.stepMs);
        if (bucket < 0 || bucket >= buckets.count) continue;
        points.addRollup(bucket, {
          min: min[slot] as number,
          mean: mean[slot] as number,
          max: max[slot] as number,
          count: count[slot] as number,
        });
      }
    }
  }
}

function hasReading(counts: Float64Array, from: number, to: number): boolean {
  for (let slot = from; slot < to; slot++) if ((counts[slot] as number) > 0) return true;
  return false;
}

/**
 * `everSealed`: end of the newest sealed hour. `sealedUntil`: end of the sealed hours without newer rows in the sample log;
 * earlier than `everSealed` after the clock was set back.
 */
export function sealedBounds({ tiers, log }: HistoryParts): Pick<RawRange, "sealedUntil" | "everSealed"> {
  const everSealed = tiers.sealedUntil() ?? Number.NEGATIVE_INFINITY;
  return { everSealed, sealedUntil: Math.min(everSealed, blockStart(log.oldest() ?? everSealed, HOUR_MS)) };
}

interface RawRange {
  from: number;
  to: number;
  sealedUntil: number;
  everSealed: number;
}

/** Samples in time order. Those from chunks and the sample log have only the inputs of `metrics`, those from the ring every series. */
export function* rawSamples(
  parts: HistoryParts,
  metrics: readonly string[],
  { from, to, sealedUntil, everSealed }: RawRange,
): Generator<Sample> {
  if (from < sealedUntil) yield* chunkSamples(parts, metrics, { from, to: Math.min(to, sealedUntil) });
  if (everSealed > sealedUntil) {
    yield* reopenedHours(parts, metrics, { from: Math.max(from, sealedUntil), to: Math.min(to, everSealed) });
  }
  const logFrom = Math.max(from, everSealed);
  const inMemory = parts.ring.oldest?.at ?? Number.POSITIVE_INFINITY;
  if (logFrom < inMemory) yield* parts.log.read(logFrom, Math.min(to, inMemory), placesOfMetrics(neededFor(metrics)));
  yield* parts.ring.read(Math.max(logFrom, inMemory), to);
}

/** What metrics are derived from. */
function neededFor(metrics: readonly string[]): string[] {
  return [...new Set([...metrics.flatMap(inputsOf), INTERVAL_METRIC])];
}

/** For each timestamp the logged sample if there is one, else the sealed one. */
function* reopenedHours(parts: HistoryParts, metrics: readonly string[], range: { from: number; to: number }): Generator<Sample> {
  const found = new Map<number, Sample>();
  for (const sample of chunkSamples(parts, metrics, range)) found.set(sample.at, sample);
  for (const sample of parts.log.read(range.from, range.to, placesOfMetrics(neededFor(metrics)))) found.set(sample.at, sample);
  yield* [...found.values()].sort((a, b) => a.at - b.at);
}

/** All inputs of every metric that has a damaged input: without it, a sum or share would be too small. */
function touchedBy(damaged: ReadonlySet<string>, metrics: readonly string[]): Set<string> {
  if (damaged.size === 0) return new Set();
  return new Set(metrics.map(inputsOf).flatMap((inputs) => (inputs.some((one) => damaged.has(one)) ? inputs : [])));
}

function* chunkSamples(
  parts: HistoryParts,
  metrics: readonly string[],
  { from, to }: { from: number; to: number },
): Generator<Sample> {
  const everNamed = parts.series.ofMetrics(neededFor(metrics));
  for (let hour = blockStart(from, HOUR_MS); hour < to; hour += HOUR_MS) {
    const opened = new Map<number, ReturnType<Tiers["chunk"]>>();
    let interval = 0;
    // Of all that ever had a name, most have no chunk in this hour.
    const there = new Set(parts.tiers.groupsOf(hour));
    const named = everNamed.filter(({ id }) => there.has(Math.floor(id / SERIES_PER_CHUNK)));
    for (const { id } of named) {
      const group = Math.floor(id / SERIES_PER_CHUNK);
      if (!opened.has(group)) opened.set(group, parts.tiers.chunk(group, hour));
    }
    const isThere = ({ id }: { id: number }) => {
      const found = opened.get(Math.floor(id / SERIES_PER_CHUNK));
      return found === "damaged" || (found && parts.tiers.column(found.chunk, id % SERIES_PER_CHUNK) !== null);
    };
    const members = named.filter(isThere);
    const layout = members.map(({ series }) => series);
    const damaged = members.filter(({ id }) => opened.get(Math.floor(id / SERIES_PER_CHUNK)) === "damaged");
    const unknown = touchedBy(new Set(damaged.map(({ series }) => series.metric)), metrics);
    const columns = members.map(({ id, series }) => {
      const found = opened.get(Math.floor(id / SERIES_PER_CHUNK));
      if (!found || found === "damaged" || unknown.has(series.metric)) return null;
      interval = found.interval;
      return parts.tiers.column(found.chunk, id % SERIES_PER_CHUNK);
    });
    if (interval === 0) continue;
    const slots = HOUR_MS / interval;
    const firstSlot = Math.max(0, Math.ceil((from - hour) / interval));
    for (let slot = firstSlot; slot < slots; slot++) {
      const at = hour + slot * interval;
      if (at >= to) return;
      const values = new Float64Array(columns.length);
      let present = false;
      for (let i = 0; i < columns.length; i++) {
        const value = columns[i]?.[slot] ?? Number.NaN;
        values[i] = value;
        if (!Number.isNaN(value)) present = true;
      }
      if (present) yield { at, series: layout, values };
    }
  }
}
