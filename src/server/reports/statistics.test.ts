import { expect, test } from "vitest";
import { changeOf, secondsAbove, summarise, thinned, totalOf } from "./statistics";

const hundred = Array.from({ length: 101 }, (_, index) => index);

test("mean, extremes and quantiles of a ramp are its own", () => {
  expect(summarise({ values: hundred })).toEqual({ mean: 50, min: 0, max: 100, p50: 50, p95: 95, p99: 99, last: 100 });
});

test("gaps count for nothing, and the extremes are those of the single readings", () => {
  const values = [null, 2, null, 4, null];
  expect(summarise({ values, min: [null, 1, null, 4, null], max: [null, 2, null, 9, null] })).toMatchObject({
    mean: 3,
    min: 1,
    max: 9,
    last: 4,
  });
});

test("time and totals are those of the part of a step that was measured", () => {
  const values = [null, 2, null, 4, 6];
  expect(secondsAbove(values, 4, [null, 60, null, 60, 5])).toBe(65);
  expect(totalOf(values, [null, 10, null, 10, 1])).toBe(66);
});

test("without a reading there is no summary, and one reading is all of it", () => {
  expect(summarise({ values: [null, null] })).toBeNull();
  expect(totalOf([null], [60])).toBeNull();
  expect(summarise({ values: [7] })).toEqual({ mean: 7, min: 7, max: 7, p50: 7, p95: 7, p99: 7, last: 7 });
});

test("a change against nothing is not known", () => {
  expect(changeOf(3, 2)).toBe(0.5);
  expect(changeOf(3, 0)).toBeNull();
  expect(changeOf(3, null)).toBeNull();
});

test("thinning keeps the spikes and the gaps", () => {
  const values = [1, 1, 50, 1, null, null];
  expect(thinned({ values }, 2)).toEqual({ values: [1, 25.5, null], min: [1, 1, null], max: [1, 50, null] });
});
