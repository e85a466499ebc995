import { expect, test } from "vitest";
import { Window } from "./window";

function filled(seconds: number, values: readonly number[]): Window {
  const window = new Window(seconds);
  for (const value of values) window.add(value, 1);
  return window;
}

test("there is no verdict before four fifths of the window are known", () => {
  expect(filled(5, [1, 1, 1]).value("avg")).toBeNull();
  expect(filled(5, [1, 1, 1, 1]).value("avg")).toBe(1);
});

test("old readings leave the window", () => {
  const window = filled(3, [9, 9, 9, 1, 2, 3]);
  expect([window.value("avg"), window.value("max"), window.value("min"), window.value("last")]).toEqual([2, 3, 1, 3]);
});

test("moments without a reading count as time and not as zero", () => {
  expect(filled(5, [4, 4, Number.NaN, 4, 4]).value("avg")).toBe(4);
  expect(filled(5, [4, Number.NaN, Number.NaN, 4, 4]).value("avg")).toBeNull();
});

test("without a window each reading speaks for itself", () => {
  expect(filled(0, [1, 7]).value("avg")).toBe(7);
  expect(filled(0, [1, Number.NaN]).value("avg")).toBeNull();
});

test("long intervals weigh more", () => {
  const window = new Window(10);
  window.add(1, 2);
  window.add(2, 8);
  expect(window.value("avg")).toBeCloseTo(1.8);
});
