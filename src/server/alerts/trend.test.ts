import { expect, test } from "vitest";
import { Trend } from "./trend";

const HOUR = 3600;

/** The forecast for eight hours ahead, by default after an hour of readings, one a second. */
function predicted(value: (second: number) => number, op: "above" | "below" = "above", seconds = HOUR): number | null {
  const trend = new Trend(HOUR);
  for (let second = 0; second < seconds; second++) trend.add(value(second), 1);
  return trend.predict(8 * HOUR, op);
}

/** Deterministic noise. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648 - 0.5;
  };
}

test("a filesystem that fills by a tenth an hour is full within eight", () => {
  expect(predicted((second) => 0.3 + (0.1 * second) / HOUR)).toBeCloseTo(1.2, 1);
});

test("a noisy rise is seen, more carefully", () => {
  const random = noise(1);
  const value = predicted((second) => 0.5 + (0.05 * second) / HOUR + 0.01 * random());
  expect(value).toBeGreaterThan(0.8);
  expect(value).toBeLessThan(0.96);
});

test.each([
  ["flat", () => 0.6],
  [
    "noise around a level",
    (() => {
      const random = noise(2);
      return () => 0.6 + 0.05 * random();
    })(),
  ],
  ["a step", (second: number) => (second < 1800 ? 0.4 : 0.6)],
  ["a saw-tooth", (second: number) => 0.5 + 0.2 * ((second % 600) / 600)],
  ["a fall", (second: number) => 0.6 - (0.1 * second) / HOUR],
])("%s leads nowhere above what it is", (_name, value) => {
  expect(predicted(value)).toBeLessThan(0.71);
});

test("downwards counts for a rule below a limit", () => {
  expect(predicted((second) => 0.6 - (0.1 * second) / HOUR, "below")).toBeCloseTo(-0.3, 1);
});

test("nothing is said while less than most of the window is known", () => {
  expect(predicted((second) => second, "above", 0.7 * HOUR)).toBeNull();
});
