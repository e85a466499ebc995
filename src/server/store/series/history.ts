/** Answers a range query from the tier that fits the chart's width, joined with the sample log and the ring without a gap. */
import { type ChartSeries, inputsOf } from "~/domain/derive";
import { AppError, isAppError } from "~/domain/errors";
import { type History, inSystemBundle, type Reduction, SYSTEM_BUNDLE } from "~/domain/history";
import { chartUnitOf } from "~/domain/metric";
import { type Labels, sameLabels } from "~/domain/sample";
import { type Buckets, bucketsFor } from "~/domain/time-range";
import { type HistoryParts, INTERVAL_METRIC, rawSamples, sealedBounds } from "./raw-samples";
import { Downsampler, type SeriesBuckets } from "./reduce";
import { blockStart, HOUR_MS, ROLLUP_COLUMNS, ROLLUP_TIERS, type RollupTier, SERIES_PER_CHUNK, type Tiers } from "./tiers";

export interface HistoryRequest {
  /** A metric, "system" for the main bundle, or any name when `metrics` is given. */
  name: string;
  /** The metrics of a bundle other than "system". */
  metrics?: readonly string[];
  /** Only the series with exactly these labels. */
  labels?: Labels;
  /** Minimum step. */
  stepSeconds?: number | undefined;
  /** Epoch milliseconds, [from, to). */
  from: number;
  to: number;
  points: number;
  aggregate: Reduction;
  /** At most that many series: those with the highest values. */
  limit?: number;
}

const SYSTEM_METRICS: readonly string[] = [...new Set(SYSTEM_BUNDLE.map(({ metric }) => metric))];

/** Numbers in one answer, extremes included: to make JSON of them takes the main thread some 40 ms. */
const MOST_NUMBERS = 250_000;
/** Steps with readings that are held while an answer is made; each takes 40 bytes. */
const MOST_STEPS = 1_000_000;
/** An answer with fewer points says too little: its series are too many. */
const FEWEST_POINTS = 30;

/** Samples between two yields: some milliseconds. */
const SAMPLES_A_SLICE = 500;

/**
 * Yields after each slice of work. Run it in a transaction: it then sees all of a concurrent seal or deletion or none of it. Answers
 * with longer steps where there would be too much, unless a step was asked for.
 */
export function* readHistory(
  parts: HistoryParts,
  request: HistoryRequest,
  buckets = fittingBuckets(parts, request),
): Generator<undefined, History> {
  const mayBeCoarser = request.stepSeconds === undefined;
  for (let { points } = request; ; ) {
    let found: Reduced;
    try {
      found = yield* reduced(parts, request, buckets);
    } catch (error) {
      if (!isAppError(error) || error.code !== "too_large" || !mayBeCoarser || points <= FEWEST_POINTS) throw error;
      points = Math.max(FEWEST_POINTS, Math.floor(points / 4));
      buckets = fittingBuckets(parts, { ...request, points });
      continue;
    }
    const { all, resolutionSeconds } = found;
    const chosen = largest(all, request.limit ?? all.length);
    const numbers = chosen.reduce((sum, { size }) => sum + size, 0);
    if (numbers > MOST_NUMBERS) {
      // With longer steps all have extremes.
      points = Math.floor(MOST_NUMBERS / (3 * chosen.length));
      if (!mayBeCoarser || points < FEWEST_POINTS) throw tooMany(chosen.length, buckets.count, points);
      // One step more than asked for where the range does not begin with a step.
      buckets = fittingBuckets(parts, { ...request, points: points - 1 });
      continue;
    }
    return {
      name: request.name,
      from: buckets.start,
      to: buckets.start + buckets.count * buckets.stepMs,
      stepSeconds: buckets.stepMs / 1000,
      resolutionSeconds,
      timestamps: timestampsOf(buckets),
      series: chosen.map((one) => one.toSeries(request.aggregate)),
      omitted: all.length - chosen.length,
    };
  }
}

function tooMany(series: number, count: number, points: number): AppError {
  const advice =
    points < FEWEST_POINTS ? "Ask for fewer series with `limit`, or for one metric." : `Ask for fewer than ${points} points.`;
  const detail = `${series} series of ${count} points each are too many. ${advice}`;
  return new AppError("too_large", detail, [{ parameter: points < FEWEST_POINTS ? "limit" : "points", detail }]);
}

/** Those with the highest values, in the order in which they came. */
function largest(all: readonly SeriesBuckets[], limit: number): readonly SeriesBuckets[] {
  if (all.length <= limit) return all;
  const peaks = new Map(all.map((one) => [one, one.peak]));
  const chosen = new Set([...all].sort((a, b) => (peaks.get(b) ?? 0) - (peaks.get(a) ?? 0)).slice(0, limit));
  return all.filter((one) => chosen.has(one));
}

interface Reduced {
  /** The series with readings, sorted by key: the order must not depend on the tier that a series came from. */
  all: SeriesBuckets[];
  resolutionSeconds: number;
}

function* reduced(parts: HistoryParts, request: HistoryRequest, buckets: Buckets): Generator<undefined, Reduced> {
  const { intervalMs } = parts;
  const end = buckets.start + buckets.count * buckets.stepMs;
  const metrics = metricsOf(request);
  const { labels: exact } = request;
  const isOne = ({ metric, labels }: ChartSeries) => metrics.includes(metric) && (!exact || sameLabels(labels, exact));
  const wanted = request.name === "system" ? inSystemBundle : isOne;
  const reducer = new Downsampler(buckets, wanted, parts.definitionOf, MOST_STEPS);

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
    all: [...reducer.points]
      .filter(([, one]) => one.hasReadings)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, one]) => one),
    resolutionSeconds: usesRollups ? tier.seconds : intervalMs / 1000,
  };
}

function metricsOf({ name, metrics }: HistoryRequest): readonly string[] {
  return metrics ?? (name === "system" ? SYSTEM_METRICS : [name]);
}

export function fittingBuckets(parts: HistoryParts, { from, to, points, stepSeconds = 0 }: HistoryRequest): Buckets {
  const { intervalMs } = parts;
  const finest = bucketsFor({ from, to }, { points, intervalMs, stepSeconds });
  const least = leastStep(parts, finest);
  return least > finest.stepMs / 1000 ? bucketsFor({ from, to }, { points, intervalMs, stepSeconds: least }) : finest;
}

const MS_A_MILLION_VALUES = { rolled: 60, sampled: 40, inMemory: 25 };
/** Series of the layouts in memory: to look through them, and to derive what is wanted of them. */
const MS_A_MILLION_PLACES = { seen: 350, derived: 18_000 };

/** The steps of an answer, and the milliseconds that it is expected to take. */
export interface HistoryPlan {
  buckets: Buckets;
  ms: number;
}

export function planHistory(parts: HistoryParts, request: HistoryRequest): HistoryPlan {
  const buckets = fittingBuckets(parts, request);
  return { buckets, ms: expectedMs(parts, request, buckets) };
}

/** From how many values are read: of rollups, and of the samples that are in none yet. */
function expectedMs(parts: HistoryParts, request: HistoryRequest, { stepMs, start, count }: Buckets): number {
  const tier = tierFor(stepMs);
  const metrics = metricsOf(request);
  const end = start + count * stepMs;
  const rolledUntil = tier ? Math.min(end, sealedBounds(parts).sealedUntil) : start;
  if (!tier || rolledUntil <= start) return expectedRawMs(parts, metrics, start, end);
  const series = parts.series.ofMetrics(metrics);
  const first = parts.tiers.firstRollup(tier.seconds, Math.floor((series[0]?.id ?? 0) / SERIES_PER_CHUNK));
  const slots = Math.max(0, rolledUntil - Math.max(start, first ?? rolledUntil)) / (tier.seconds * 1000);
  return (slots * series.length * MS_A_MILLION_VALUES.rolled) / 1e6 + expectedRawMs(parts, metrics, rolledUntil, end);
}

export function expectedRawMs(parts: HistoryParts, metrics: readonly string[], start: number, end: number): number {
  if (start >= end) return 0;
  const oldest = Math.max(start, parts.tiers.rawSince() ?? parts.log.oldest() ?? end);
  const inMemory = parts.ring.oldest?.at ?? end;
  const samples = (from: number, to: number) => Math.max(0, to - from) / parts.intervalMs;
  const wanted = new Set(metrics.flatMap(inputsOf));
  const inputs = parts.series.ofMetrics([...wanted]).length;
  const stored = samples(oldest, Math.min(end, inMemory)) * MS_A_MILLION_VALUES.sampled;
  const remembered = samples(Math.max(start, inMemory), end) * MS_A_MILLION_VALUES.inMemory;
  const newest = parts.ring.newest?.series ?? [];
  const present = newest.filter(({ metric }) => wanted.has(metric)).length;
  const share = present / Math.max(1, newest.length);
  const layouts = parts.ring.placesIn(start, end) * (MS_A_MILLION_PLACES.seen + share * MS_A_MILLION_PLACES.derived);
  return (stored * inputs + remembered * present + layouts) / 1e6;
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
export function firstRolled({ tiers, series }: Pick<HistoryParts, "tiers" | "series">, tier: RollupTier): number {
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
export function tierFor(stepMs: number): RollupTier | undefined {
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
      const firstSlot = Math.max(0, Math.floor((buckets.start - block) / slotMs));
      const lastSlot = Math.min(chunk.slots, Math.ceil((until - block) / slotMs));
      const count = tiers.column(chunk, first + 3);
      // Of all that ever had a name, most have no reading here: read no more of those.
      if (!count || !hasReading(count, firstSlot, lastSlot)) continue;
      const [min, mean, max] = [0, 1, 2].map((index) => tiers.column(chunk, first + index));
      if (!min || !mean || !max) continue;
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
