import { expect, test } from "vitest";
import type { History } from "~/domain/history";
import { bucketsFor } from "~/domain/time-range";
import { type HistorySource, readSlices } from "./data-slices";

const HOUR_MS = 3_600_000;
const START = 16_700 * 24 * HOUR_MS;

/** Has hours of all times, and finer steps from `finestFrom` on. */
function sourceOf(intervalSeconds: number, finestFrom: number): HistorySource {
  return {
    *history({ from, to, points, stepSeconds }) {
      const { start, stepMs, count } = bucketsFor({ from, to }, { points, intervalMs: intervalSeconds * 1000, stepSeconds });
      const timestamps = Array.from({ length: count }, (_, index) => start + index * stepMs);
      const values = timestamps.map((at) => (stepMs >= HOUR_MS || at >= finestFrom ? 1 : null));
      return { stepSeconds: stepMs / 1000, timestamps, series: [{ values }] } as unknown as History;
    },
  };
}

function timesOf(intervalSeconds: number, stepSeconds: number, finestFrom = 0): number[] {
  const to = START + 5 * HOUR_MS + 1234_000;
  const request = { from: START + 1000, to, now: to + 48 * HOUR_MS, intervalSeconds, stepSeconds };
  const found: number[] = [];
  const slices = readSlices(sourceOf(intervalSeconds, finestFrom), "m", { ...request, retention: { raw: 1e9, minute: 1e9 } });
  for (const history of slices) if (history) found.push(...history.timestamps);
  return found;
}

test.each([
  // interval, asked for, step
  [1, 1, 1],
  [7, 7, 7],
  [11, 11, 11],
  [35, 35, 35],
  [45, 45, 45],
  [77, 77, 120],
  [7, 45, 49],
  [1, 61, 120],
])("an export at an interval of %i s in steps of %i s has each step of %i s once", (interval, asked, step) => {
  const times = timesOf(interval, asked);
  expect(times.length).toBeGreaterThan((5 * 3600) / step);
  for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] as number)).toBe(1000 * step);
});

test("where only hours are left an export has each hour once, whatever the interval", () => {
  const times = timesOf(7, 7, Number.POSITIVE_INFINITY);
  expect(times).toEqual([0, 1, 2, 3, 4, 5].map((hour) => START + hour * HOUR_MS));
});
