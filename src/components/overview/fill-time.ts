/** When a filesystem is full if it goes on as in the last hours: the least squares line through its free space. Pure. */

const LEAST_POINTS = 6;
/** Further away nobody wants to know. */
const MOST_SECONDS = 90 * 86_400;
/** How much of the movement the line must explain; without a trend there is no forecast. */
const LEAST_FIT = 0.6;

/** Seconds until nothing is free; null when the space does not shrink steadily. Times are epoch milliseconds. */
export function fillTime(times: readonly number[], free: readonly (number | null)[]): number | null {
  const points = times.flatMap((time, index) => {
    const value = free[index] ?? null;
    return value === null ? [] : [{ x: time / 1000, y: value }];
  });
  const last = points.at(-1);
  if (!last || points.length < LEAST_POINTS) return null;
  const mean = (pick: (point: { x: number; y: number }) => number) =>
    points.reduce((total, point) => total + pick(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const xx = mean((point) => (point.x - x) ** 2);
  const yy = mean((point) => (point.y - y) ** 2);
  const xy = mean((point) => (point.x - x) * (point.y - y));
  if (xx === 0 || yy === 0 || xy >= 0 || xy ** 2 / (xx * yy) < LEAST_FIT) return null;
  const seconds = last.y / -(xy / xx);
  return seconds > MOST_SECONDS ? null : seconds;
}

/** "full in about 9 h". */
export function fillWords(seconds: number): string {
  if (seconds < 3600) return `full in about ${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 48 * 3600) return `full in about ${Math.round(seconds / 3600)} h`;
  return `full in about ${Math.round(seconds / 86_400)} days`;
}
