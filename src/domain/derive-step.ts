import type { Labels, Series } from "./sample";

/**
 * Both arrays are in the layout that the plan was made for; `seconds` is the monotonic time between them. NaN means "no value".
 */
export type SeriesFormula = (previous: Float64Array, next: Float64Array, seconds: number) => number;

/** The growth of a counter; NaN after a reset, a wrap or a missing reading. */
export function counterIncrease(previous: Float64Array, next: Float64Array, slot: number): number {
  const delta = (next[slot] as number) - (previous[slot] as number);
  return delta >= 0 ? delta : Number.NaN;
}

/** A core whose counters fall by more than this was switched off and on; below it, the kernel has corrected an estimate. */
const MOST_CORRECTED_SECONDS = 3;

/**
 * The growth of a counter of CPU time. iowait and idle are estimates, per core, and can step back a little (proc(5), "iowait"): that counts
 * as no growth. NaN after a reset or a missing reading.
 */
export function cpuTimeIncrease(previous: Float64Array, next: Float64Array, slot: number): number {
  const delta = (next[slot] as number) - (previous[slot] as number);
  return delta >= 0 ? delta : delta >= -MOST_CORRECTED_SECONDS ? 0 : Number.NaN;
}

export interface DerivationBuilder {
  layout: readonly Series[];
  add: (metric: string, labels: Labels, step: SeriesFormula) => void;
  slots: (metric: string) => readonly number[];
  label: (slot: number, name: string) => string;
  /** The slot of the series with exactly these labels. */
  find: (metric: string, labels?: Labels) => number | undefined;
}
