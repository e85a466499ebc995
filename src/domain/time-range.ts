/** Round steps, as on a clock. A longer range takes whole multiples of a day. */
const STEPS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
/** A round step that is further from what was asked for is too coarse. */
const MOST_TIMES = 3;
/** From a minute on a history is made of sums of minutes: only whole ones, whatever the interval. */
const [MINUTE_MS, DAY_MS] = [60_000, 86_400_000];

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

/**
 * Cuts [from, to) into at most `points` buckets of a round step, plus one when `from` is not aligned to the step. An interval that divides
 * no round step has its own multiples below a minute, and those of whole minutes.
 */
export function bucketsFor(range: { from: number; to: number }, { points, intervalMs, stepSeconds = 0 }: BucketLimits): Buckets {
  const wanted = Math.max((range.to - range.from) / points / 1000, intervalMs / 1000, stepSeconds);
  // The division of the range may be off by a rounding error.
  const multipleMs = Math.ceil((wanted * 1000) / intervalMs - 1e-9) * intervalMs;
  const isClose = (step: number) => (step * 1000) % intervalMs === 0 && step * 1000 <= MOST_TIMES * multipleMs;
  const round = STEPS_SECONDS.find((step) => step >= wanted && isClose(step));
  const isOwn = multipleMs < MINUTE_MS || (multipleMs % MINUTE_MS === 0 && multipleMs < DAY_MS);
  const stepMs = round ? round * 1000 : isOwn ? multipleMs : wholeMinutes(wanted);
  const start = Math.floor(range.from / stepMs) * stepMs;
  return { start, stepMs, count: Math.max(1, Math.ceil((range.to - start) / stepMs)) };
}

function wholeMinutes(wanted: number): number {
  const round = STEPS_SECONDS.find((step) => step >= wanted && step * 1000 >= MINUTE_MS);
  return round ? round * 1000 : Math.ceil((wanted * 1000) / DAY_MS) * DAY_MS;
}
