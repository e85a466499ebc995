import { expect, test } from "vitest";
import { SteadyClock } from "./steady-clock";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const YEAR = 365 * 24 * HOUR;

test("a clock is steady after an hour in which it went on with the monotonic one, slewing included", () => {
  const clock = new SteadyClock(HOUR);
  const steady = [];
  // Slewed by half a millisecond a second, which is the most that the kernel does.
  for (let at = 0; at <= 2 * HOUR; at += MINUTE) steady.push(clock.isSteady(YEAR + 1.0005 * at, at));
  expect(steady.indexOf(true)).toBe(60);
  expect(steady.lastIndexOf(false)).toBe(59);
});

test.each([1000 * MINUTE, -400 * 24 * HOUR, 10 * YEAR, 10_000])("a step of %s ms takes the trust for an hour", (step) => {
  const clock = new SteadyClock(HOUR);
  clock.isSteady(YEAR, 0);
  expect(clock.isSteady(YEAR + HOUR, HOUR)).toBe(true);
  expect(clock.isSteady(YEAR + HOUR + step, HOUR)).toBe(false);
  expect(clock.isSteady(YEAR + 2 * HOUR + step - 1, 2 * HOUR - 1)).toBe(false);
  expect(clock.isSteady(YEAR + 2 * HOUR + step, 2 * HOUR)).toBe(true);
});

test("a clock that is trusted from the start is so until it is set", () => {
  const clock = new SteadyClock(5 * MINUTE, true);
  expect(clock.isSteady(YEAR, 0)).toBe(true);
  expect(clock.isSteady(YEAR + MINUTE, MINUTE)).toBe(true);
  expect(clock.isSteady(2 * YEAR + 2 * MINUTE, 2 * MINUTE)).toBe(false);
  expect(clock.isSteady(2 * YEAR + 7 * MINUTE, 7 * MINUTE)).toBe(true);
});
