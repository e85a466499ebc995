import { expect, test } from "vitest";
import { nextSort, readSort, writeSort } from "./columns";
import { secondsBack, sliderPosition } from "./past-scale";

test("a column of numbers goes down, up, and back to the server's order; one of words begins upwards", () => {
  const first = nextSort(null, "memory", true);
  const second = nextSort(first, "memory", true);
  expect([first, second, nextSort(second, "memory", true)]).toEqual([
    { key: "memory", down: true },
    { key: "memory", down: false },
    null,
  ]);
  expect(nextSort(null, "user", false)).toEqual({ key: "user", down: false });
});

test("the order in the address comes back as it was", () => {
  for (const sort of [{ key: "io", down: false } as const, { key: "pid", down: true } as const, null])
    expect(readSort(writeSort(sort))).toEqual(sort);
});

test("the slider is fine near now and reaches back to the beginning", () => {
  expect(secondsBack(100, 86_400)).toBe(86);
  expect(secondsBack(1000, 86_400)).toBe(86_400);
  expect(sliderPosition(86_400, 86_400)).toBe(1000);
  expect(Math.abs(secondsBack(sliderPosition(3600, 86_400), 86_400) - 3600)).toBeLessThan(60);
});
