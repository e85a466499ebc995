import { expect, test } from "vitest";
import { Pace, paced } from "./pace";

test("a slice of 10 ms rests for as long as it takes to be a quarter of a percent", () => {
  const pace = new Pace(0.0025);
  expect([pace.isDue(0), pace.isUnderWay]).toEqual([true, false]);
  pace.worked(1000, 10);
  expect([pace.isDue(1001), pace.isDue(4999), pace.isDue(5000), pace.isUnderWay]).toEqual([false, false, true, true]);
  pace.worked(5000, null);
  expect([pace.isDue(5001), pace.isUnderWay]).toEqual([true, false]);
});

test("what is not over after half an hour goes on without rests", () => {
  const pace = new Pace(0.0025);
  for (let now = 0; now < 1_800_000; now += 60_000) pace.worked(now, 200);
  expect([pace.isDue(1_799_999), pace.isDue(1_800_000)]).toEqual([false, true]);
  pace.worked(1_800_000, 200);
  expect(pace.isDue(1_800_001)).toBe(true);
});

test("without a share there are no rests", () => {
  const pace = new Pace(Number.POSITIVE_INFINITY);
  pace.worked(0, 1000);
  expect(pace.isDue(0)).toBe(true);
});

test("steps are done together, up to the end of the work", () => {
  let left = 5;
  const step = () => left > 0 && --left >= 0;
  expect(paced(new Pace(Number.POSITIVE_INFINITY), 0, step)).toBe(true);
  expect(left).toBe(0);
  expect(paced(new Pace(Number.POSITIVE_INFINITY), 0, step)).toBe(false);
});

test("a slice is longer when there is no more time for rests", () => {
  const pace = new Pace(0.0025);
  pace.worked(0, 4);
  expect(pace.sliceMs(1_800_000)).toBeGreaterThan(pace.sliceMs(1_799_999));
});
