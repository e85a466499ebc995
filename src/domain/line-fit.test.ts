import { expect, test } from "vitest";
import { autocorrelation, fitLine } from "./line-fit";

test("readings on a line give it back without residuals, at epoch times too", () => {
  const start = 1_795_000_000;
  const { slope, intercept, residuals, determination } = fitLine([0, 1, 2, 3].map((x) => ({ x: start + x, y: 5e12 - 3 * x })));
  expect(slope).toBe(-3);
  expect(intercept + slope * start).toBeCloseTo(5e12, 0);
  expect(Math.max(...residuals.map(Math.abs))).toBeLessThan(1e-6);
  expect(determination).toBeCloseTo(1);
});

test("the fit and its R² are those of the textbook", () => {
  // Anscombe's first data set.
  const xs = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
  const ys = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
  const { slope, intercept, determination } = fitLine(xs.map((x, index) => ({ x, y: ys[index] as number })));
  expect([slope, intercept, determination].map((value) => Number(value.toFixed(3)))).toEqual([0.5, 3, 0.667]);
});

test("readings that stay the same have exactly no slope", () => {
  expect(fitLine([0, 1, 2, 3].map((x) => ({ x: x * 0.1, y: 0.3 })))).toMatchObject({ slope: 0, residuals: [0, 0, 0, 0] });
});

test("the autocorrelation tells runs from alternation, and is 0 for an exact fit", () => {
  expect(autocorrelation([1, 1, 1, 1, -1, -1, -1, -1])).toBeCloseTo(5 / 8);
  expect(autocorrelation([1, -1, 1, -1])).toBeCloseTo(-3 / 4);
  expect(autocorrelation([0, 0, 0])).toBe(0);
});
