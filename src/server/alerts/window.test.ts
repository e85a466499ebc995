import fc from "fast-check";
import { expect, test } from "vitest";
import type { AlertRule } from "~/domain/alert";
import { forAll } from "../../../tests/helpers/properties";
import { SlidingWindow } from "./window";

type Aggregate = AlertRule["aggregate"];

function windowValue(aggregate: Aggregate, seconds: number, values: readonly number[]): number | null {
  const window = new SlidingWindow(seconds, aggregate);
  for (const value of values) window.add(value, 1);
  return window.value();
}

test("there is no verdict before four fifths of the window are known", () => {
  expect(windowValue("avg", 5, [1, 1, 1])).toBeNull();
  expect(windowValue("avg", 5, [1, 1, 1, 1])).toBe(1);
});

test.each([
  ["avg", 2],
  ["max", 3],
  ["min", 1],
  ["last", 3],
] as const)("old readings leave the window of %s", (aggregate, value) => {
  expect(windowValue(aggregate, 3, [9, 9, 9, 1, 2, 3])).toBe(value);
});

test("extremes are those of the readings in the window", () => {
  const value = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -20, max: 20 }) }, fc.constant(Number.NaN));
  forAll(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (values, seconds) => {
      const inside = values.slice(-seconds).filter((one) => !Number.isNaN(one));
      const known = inside.length >= 0.8 * seconds;
      expect(windowValue("max", seconds, values)).toBe(known ? Math.max(...inside) : null);
      expect(windowValue("min", seconds, values)).toBe(known ? Math.min(...inside) : null);
    }),
  );
});

test("moments without a reading count as time and not as zero", () => {
  expect(windowValue("avg", 5, [4, 4, Number.NaN, 4, 4])).toBe(4);
  expect(windowValue("avg", 5, [4, Number.NaN, Number.NaN, 4, 4])).toBeNull();
});

test("without a window each reading speaks for itself", () => {
  expect(windowValue("avg", 0, [1, 7])).toBe(7);
  expect(windowValue("avg", 0, [1, Number.NaN])).toBeNull();
});

test("long intervals weigh more", () => {
  const window = new SlidingWindow(10, "avg");
  window.add(1, 2);
  window.add(2, 8);
  expect(window.value()).toBeCloseTo(1.8);
});
