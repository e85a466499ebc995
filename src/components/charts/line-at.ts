/** Which line of a chart is under the pointer. Pure. */
import type { LinesModel } from "./prepare";
import { PLOT, PLOT_HEIGHT } from "./use-plot";

/** Farther away is beside every line. */
const REACH_PX = 16;

function nearestIndex(times: readonly number[], at: number): number {
  let nearest = 0;
  times.forEach((time, index) => {
    if (Math.abs(time - at) < Math.abs((times[nearest] ?? 0) - at)) nearest = index;
  });
  return nearest;
}

/** The label of the line nearest to a place, epoch seconds and pixels below the top of the chart; null where there is none. */
export function lineAt({ times, series, scale: { min, max } }: LinesModel, at: number, y: number): string | null {
  const index = nearestIndex(times, at);
  let [label, distance]: [string | null, number] = [null, REACH_PX];
  for (const one of series) {
    const value = one.values[index] ?? null;
    if (value === null) continue;
    const away = Math.abs(PLOT.top + (1 - (value - min) / (max - min)) * PLOT_HEIGHT - y);
    if (away <= distance) [label, distance] = [one.label, away];
  }
  return label;
}
