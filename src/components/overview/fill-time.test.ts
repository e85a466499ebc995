import { expect, test } from "vitest";
import { fillTime, fillWords } from "./fill-time";

const times = Array.from({ length: 12 }, (_, index) => index * 600_000);

test("space that shrinks by one gibibyte an hour is gone when the rest is used up", () => {
  const free = times.map((time) => 10 * 2 ** 30 - (time / 3_600_000) * 2 ** 30);
  const seconds = fillTime(times, free);
  expect(fillWords(seconds ?? 0)).toBe("full in about 8 h");
});

test.each([
  ["grows", times.map((time) => time)],
  ["stands still", times.map(() => 5)],
  ["only wobbles", times.map((_time, index) => 1e9 + (index % 2) * 1e6)],
  ["is hardly known", [10, 9, 8, null, null, null, null, null, null, null, null, null]],
])("space that %s has no forecast", (_name, free) => {
  expect(fillTime(times, free)).toBeNull();
});
