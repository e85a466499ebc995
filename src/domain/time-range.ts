/** Round steps, as on a clock. A longer range takes whole multiples of a day. */
const STEPS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

export interface Buckets {
  /** Epoch milliseconds, a whole multiple of the step; the bucket covers [start, start + step). */
  start: number;
  stepMs: number;
  count: number;
}

interface BucketLimits {
  points: number;
  /** The collection interval: no step is shorter. */
  intervalMs: number;
  stepSeconds?: number;
}

/** Cuts [from, to) into at most `points` buckets of a round step, plus one when `from` is not aligned to the step. */
export function bucketsFor(range: { from: number; to: number }, { points, intervalMs, stepSeconds = 0 }: BucketLimits): Buckets {
  const wanted = Math.max((range.to - range.from) / points / 1000, intervalMs / 1000, stepSeconds);
  const named = STEPS_SECONDS.find((step) => step >= wanted && (step * 1000) % intervalMs === 0);
  const day = 86_400;
  const stepMs = 1000 * (named ?? Math.ceil(wanted / day) * day);
  const start = Math.floor(range.from / stepMs) * stepMs;
  return { start, stepMs, count: Math.max(1, Math.ceil((range.to - start) / stepMs)) };
}
