/** Summary statistics of a series. Nulls are gaps and are ignored. */
import { mean, quantileSorted } from "simple-statistics";
import type { HistorySeries } from "~/domain/history";

export type SeriesValues = readonly (number | null)[];

export interface Summary {
  mean: number;
  min: number;
  max: number;
  p50: number;
  p95: number;
  p99: number;
  last: number;
}

export function present(values: SeriesValues): number[] {
  return values.filter((value): value is number => value !== null && Number.isFinite(value));
}

/** Null without readings. Uses the minimum and maximum of the single readings where the history still has them. */
export function summarise({ values, min, max }: Pick<HistorySeries, "values" | "min" | "max">): Summary | null {
  const readings = present(values);
  if (readings.length === 0) return null;
  const sorted = Float64Array.from(readings).sort();
  const quantile = (share: number) => quantileSorted(sorted as unknown as number[], share);
  return {
    mean: mean(readings),
    min: Math.min(lowest(min ?? []), sorted[0] as number),
    max: Math.max(highest(max ?? []), sorted[sorted.length - 1] as number),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    last: readings[readings.length - 1] as number,
  };
}

function lowest(values: SeriesValues): number {
  let least = Number.POSITIVE_INFINITY;
  for (const value of values) if (value !== null && value < least) least = value;
  return least;
}

export function highest(values: SeriesValues): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value !== null && value > most) most = value;
  return most;
}

/** Seconds during which the mean of a step was at or above the threshold. `measured` has the seconds that were measured of each step. */
export function secondsAbove(values: SeriesValues, threshold: number, measured: SeriesValues): number {
  return values.reduce<number>(
    (sum, value, index) => sum + (value !== null && value >= threshold ? (measured[index] ?? 0) : 0),
    0,
  );
}

/** Integrates a rate over the seconds that were measured of each step: the total is in the unit of the rate times seconds. */
export function totalOf(values: SeriesValues, measured: SeriesValues): number | null {
  if (present(values).length === 0) return null;
  return values.reduce<number>((sum, value, index) => sum + (value ?? 0) * (measured[index] ?? 0), 0);
}

/** Relative change from `before` to `now`, rounded to 0.1 %. Null when either is missing or `before` is 0. */
export function changeOf(now: number | null | undefined, before: number | null | undefined): number | null {
  if (now === null || now === undefined || before === null || before === undefined || before === 0) return null;
  return Math.round((1000 * (now - before)) / Math.abs(before)) / 1000;
}

/** Merges every `factor` steps into one, with their mean, minimum and maximum. */
export function thinned(series: Pick<HistorySeries, "values" | "min" | "max">, factor: number) {
  if (factor <= 1) return { values: [...series.values], min: series.min && [...series.min], max: series.max && [...series.max] };
  const values: (number | null)[] = [];
  const min: (number | null)[] = [];
  const max: (number | null)[] = [];
  for (let from = 0; from < series.values.length; from += factor) {
    const part = present(series.values.slice(from, from + factor));
    const low = Math.min(lowest((series.min ?? series.values).slice(from, from + factor)));
    const high = Math.max(highest((series.max ?? series.values).slice(from, from + factor)));
    values.push(part.length === 0 ? null : mean(part));
    min.push(part.length === 0 ? null : low);
    max.push(part.length === 0 ? null : high);
  }
  return { values, min, max };
}
