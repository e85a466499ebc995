/** Forecasts when a filesystem is full, by linear regression over its free space in the last hours. Pure. */
import { fitLine } from "~/domain/line-fit";

const LEAST_POINTS = 6;
/** A forecast further away is not shown. */
const MOST_SECONDS = 90 * 86_400;
/** Least coefficient of determination (R²) of the regression; below it there is no trend. */
const LEAST_FIT = 0.6;

/** Seconds until nothing is free; null without a steady decrease, or beyond the limit. Times are epoch milliseconds. */
export function fillTime(times: readonly number[], free: readonly (number | null)[]): number | null {
  const points = times.flatMap((time, index) => {
    const value = free[index] ?? null;
    return value === null ? [] : [{ x: time / 1000, y: value }];
  });
  const last = points.at(-1);
  if (!last || points.length < LEAST_POINTS) return null;
  const { slope, determination } = fitLine(points);
  if (!(slope < 0 && determination >= LEAST_FIT)) return null;
  const seconds = last.y / -slope;
  return seconds > MOST_SECONDS ? null : seconds;
}

/** "full in about 9 h". */
export function fillWords(seconds: number): string {
  if (seconds < 3600) return `full in about ${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 48 * 3600) return `full in about ${Math.round(seconds / 3600)} h`;
  return `full in about ${Math.round(seconds / 86_400)} days`;
}
