import { expect, test } from "vitest";
import { axisLabels, showTime } from "./zone";

const english = { timeZone: "UTC", language: "en" } as const;
const midnight = Date.parse("2026-11-24T00:00:00Z") / 1000;

test("labels of days are dates, labels of an hour are clocks with the date at midnight", () => {
  expect(axisLabels([midnight - 1800, midnight, midnight + 1800], english)).toEqual(["23:30", "Nov 24", "00:30"]);
  expect(axisLabels([midnight, midnight + 86_400], english)).toEqual(["Nov 24", "Nov 25"]);
});

test("a day that changes between two ticks has its date at the first tick of the day", () => {
  expect(axisLabels([midnight - 3600, midnight + 7200, midnight + 18_000], english)).toEqual(["23:00", "Nov 24, 02:00", "05:00"]);
});

test.each([
  ["en", "Nov 24, 2026, 13:05:09"],
  ["de", "24.11.2026, 13:05:09"],
] as const)("a moment in %s is on a 24-hour clock", (language, text) => {
  expect(showTime(Date.parse("2026-11-24T13:05:09Z"), { timeZone: "UTC", language }, "moment")).toBe(text);
});
