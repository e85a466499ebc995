import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { everyAligned } from "./aligned-timer";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000_123 });
});
afterEach(() => {
  vi.useRealTimers();
});

test("what is done now and then is done together, right after the tick, whenever it was begun", () => {
  const done: [string, number][] = [];
  const stops = [everyAligned(5000, () => done.push(["five", Date.now()]))];
  vi.advanceTimersByTime(1700);
  stops.push(everyAligned(10_000, () => done.push(["ten", Date.now()])));
  vi.advanceTimersByTime(10_000);
  expect(done.sort()).toEqual([
    ["five", 1_000_005_030],
    ["five", 1_000_010_030],
    ["ten", 1_000_010_030],
  ]);
  for (const stop of stops) stop();
  vi.advanceTimersByTime(60_000);
  expect(done).toHaveLength(3);
});

test("a clock that is set, or work that takes long, leaves the moments where they belong", () => {
  const done: number[] = [];
  const stop = everyAligned(5000, () => {
    done.push(Date.now());
    if (done.length === 1) vi.setSystemTime(2_000_001_000);
  });
  vi.advanceTimersByTime(12_000);
  stop();
  expect(done[0]).toBe(1_000_005_030);
  expect(done.slice(1).every((time) => time % 5000 === 30 || time % 5000 === 1000)).toBe(true);
  expect(done.length).toBeGreaterThan(1);
});
