import { expect, test } from "vitest";
import { curveOf, momentBack, timeTicks, windowOf } from "./time-scale";

const MINUTE = 60_000;
const NOW = 1000 * MINUTE;
const span = { from: NOW - 15 * MINUTE, to: NOW, moving: true };

test("the strip is the page's range, and begins no earlier than the oldest table", () => {
  expect(windowOf({ span, at: null, since: 0, now: NOW })).toEqual(span);
  expect(windowOf({ span, at: NOW - MINUTE, since: NOW - 5 * MINUTE, now: NOW })).toEqual({ ...span, from: NOW - 5 * MINUTE });
  // Just after the first start there is a minute of room all the same.
  expect(windowOf({ span, at: null, since: NOW - 3000, now: NOW }).from).toBe(NOW - MINUTE);
});

test("a moment outside of the range has a strip of the same length around it, which does not move", () => {
  const at = NOW - 600 * MINUTE;
  const shown = windowOf({ span, at, since: 0, now: NOW });
  expect([shown.from < at, shown.to > at, shown.to - shown.from, shown.moving]).toEqual([true, true, 15 * MINUTE, false]);
});

test("the curve has the peak of each part and nothing where nothing was read", () => {
  const readings = { times: [0, 1, 5, 9, 10, 11], values: [0.1, 0.5, null, 0.2, 0.9, 1] };
  const window = { from: 0, to: 10, moving: false };
  expect(curveOf(readings, window, 5)).toEqual({ curve: [0.5, null, null, null, 0.9], peak: 0.9 });
});

test("a moving curve ends at the newest value, below a peak a moment ago", () => {
  const readings = { times: [1, 8, 9, 10], values: [0.1, 0.2, 0.99, 0.17] };
  const { curve, peak } = curveOf(readings, { from: 0, to: 10, moving: true }, 5);
  expect([curve.at(-1), peak]).toEqual([0.17, 0.99]);
});

test("the curve goes on across a narrow gap, such as that of a restart, and has no ends of its own", () => {
  const readings = { times: [1, 3, 9], values: [0.2, 0.3, 0.6] };
  const { curve } = curveOf(readings, { from: 0, to: 12, moving: false }, 6);
  expect(curve[2]).toBeCloseTo(0.4, 9);
  expect(curve[3]).toBeCloseTo(0.5, 9);
  expect(curve[5]).toBeNull();
});

test.each([
  [15, 6, [5, 10, 15]],
  [60, 6, [10, 20, 30, 40, 50, 60]],
  [60, 3, [30, 60]],
])("%s minutes with at most %s ticks are marked at round times", (minutes, most, expected) => {
  const midnight = 0;
  const ticks = timeTicks({ from: 1, to: minutes * MINUTE }, midnight, most);
  expect(ticks.map((tick) => tick / MINUTE)).toEqual(expected);
});

test("no moment is before the oldest table, however far back is asked", () => {
  const shown = { from: 0, to: 90_400 };
  expect(momentBack(shown, 10, 30_200)).toBe(80_000);
  expect(momentBack(shown, 90, 30_200)).toBe(31_000);
  expect(momentBack(shown, 90, null)).toBe(0);
});
