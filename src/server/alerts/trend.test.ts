import { expect, test } from "vitest";
import { seeded } from "../../../scripts/recording";
import { Trend } from "./trend";

const HOUR = 3600;
const START = 1_750_000_000_000 - (1_750_000_000_000 % 3_600_000);

/** The forecast for eight hours ahead, by default after an hour of readings, one a second. */
function predicted(value: (second: number) => number, op: "above" | "below" = "above", seconds = HOUR): number | null {
  const trend = new Trend(HOUR);
  for (let second = 0; second < seconds; second++) trend.add(value(second), 1, START + second * 1000);
  return trend.predict(8 * HOUR, op);
}

/** Deterministic noise around 0. */
function noise(seed: number): () => number {
  const random = seeded(seed);
  return () => random() - 0.5;
}

test("a filesystem that fills by a tenth an hour is full within eight", () => {
  expect(predicted((second) => 0.3 + (0.1 * second) / HOUR)).toBeCloseTo(1.2, 1);
});

test("a noisy rise is seen", () => {
  const random = noise(1);
  const value = predicted((second) => 0.5 + (0.05 * second) / HOUR + 0.01 * random());
  expect(value).toBeGreaterThan(0.88);
  expect(value).toBeLessThan(1.02);
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
  ["a ramp that ended twenty minutes ago", (second: number) => 0.3 + (0.3 * Math.min(second, 2400)) / 2400],
])("%s leads nowhere above what it is", (_name, value) => {
  expect(predicted(value)).toBeLessThan(0.71);
});

test("downwards counts for a rule below a limit", () => {
  expect(predicted((second) => 0.6 - (0.1 * second) / HOUR, "below")).toBeCloseTo(-0.3, 1);
});

test("a ramp of a quarter of an hour is carried on for two hours, not for eight", () => {
  const since = 44 * 60;
  const value = predicted((second) => 0.3 + (0.4 * Math.max(0, second - since)) / HOUR);
  expect(value).toBeGreaterThan(0.9);
  expect(value).toBeLessThan(1.4);
});

test("nothing is said while less than most of the window is known", () => {
  expect(predicted((second) => second, "above", 0.7 * HOUR)).toBeNull();
});

test("a clock that was set moves what was measured with it", () => {
  const trend = new Trend(HOUR);
  const rise = (second: number) => 0.3 + (0.1 * second) / HOUR;
  for (let second = 0; second < HOUR; second++) trend.add(rise(second), 1, START + second * 1000);
  trend.clockWasSet(-86_400_000);
  for (let second = HOUR; second < HOUR + 120; second++) trend.add(rise(second), 1, START + second * 1000 - 86_400_000);
  expect(trend.predict(8 * HOUR, "above")).toBeCloseTo(1.2, 1);
});

test("between two ends of a step the forecast stays the same", () => {
  const trend = new Trend(HOUR);
  const rise = (second: number) => 0.3 + (0.1 * second) / HOUR;
  const told = new Set<number | null>();
  for (let second = 0; second < 2 * HOUR; second++) {
    trend.add(rise(second), 1, START + second * 1000);
    if (second >= HOUR) told.add(trend.predict(8 * HOUR, "above"));
  }
  expect(told.size).toBe(60);
});
