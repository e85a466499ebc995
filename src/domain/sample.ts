/** Full semantic-convention keys ("cpu.mode", "system.device", ...) to values. */
export type Labels = Readonly<Record<string, string>>;

/** One number as a collector reads it: a gauge, or a counter exactly as the kernel reports it. */
export interface Reading {
  metric: string;
  labels?: Labels;
  value: number;
}

export interface Series {
  metric: string;
  labels: Labels;
}

/**
 * Everything read at one tick. `at` is the tick's boundary in epoch milliseconds. `values[i]` belongs to `series[i]`; NaN means
 * "no reading". `series` is the same array object for as long as the layout does not change.
 */
export interface Sample {
  at: number;
  series: readonly Series[];
  values: Float64Array;
}

const NO_LABELS: Labels = Object.freeze({});

export function seriesOf(reading: Reading): Series {
  return { metric: reading.metric, labels: reading.labels ?? NO_LABELS };
}

/** A canonical key of a series, independent of label order. */
export function seriesKey({ metric, labels }: Series): string {
  const names = Object.keys(labels);
  if (names.length === 0) return metric;
  return `${metric}{${names
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(",")}}`;
}

export function sameLabels(a: Labels, b: Labels): boolean {
  if (a === b) return true;
  let count = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}

/** As they are stored: an answer is the same before and after it is. */
export function sortedLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** True when `wanted` is a subset of `labels`. */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  for (const name in wanted) if (labels[name] !== wanted[name]) return false;
  return true;
}

/** The values of `sample` in the order of another layout; NaN for series that it lacks. */
export function alignTo(series: readonly Series[], sample: Sample): Float64Array {
  if (sample.series === series) return sample.values;
  const slots = new Map(sample.series.map((one, index) => [seriesKey(one), index]));
  return Float64Array.from(series, (one) => {
    const slot = slots.get(seriesKey(one));
    return slot === undefined ? Number.NaN : (sample.values[slot] ?? Number.NaN);
  });
}

/** A pushed reading is used for this long. */
export const PUSH_STALENESS_MS = 5 * 60_000;
