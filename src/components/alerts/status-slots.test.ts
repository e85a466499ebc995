import { expect, test } from "vitest";
import { changeText, daysWithin, measuredMoments, statusSlots } from "./status-slots";

const HOUR = 3_600_000;
const NOW = 56 * HOUR;
const iso = (hour: number) => new Date(hour * HOUR).toISOString();

test("hours in which nothing ran are unknown, and not fine", () => {
  const slots = statusSlots([], [54.5 * HOUR, 55.1 * HOUR], { hours: 56, now: NOW });
  expect(slots.map(({ status }) => status)).toEqual([...Array(54).fill("unknown"), "ok", "ok"]);
});

test("the worst alert that overlaps a slot is its status", () => {
  const alerts = [
    { startedAt: iso(10.2), resolvedAt: iso(12.5), severity: "warning" as const },
    { startedAt: iso(12.1), resolvedAt: iso(12.2), severity: "critical" as const },
    { startedAt: iso(54), resolvedAt: null, severity: "info" as const },
  ];
  const slots = statusSlots(alerts, [], { hours: 56, now: NOW });
  expect([9, 10, 11, 12, 13, 54, 55].map((hour) => slots[hour]?.status)).toEqual([
    "unknown",
    "warning",
    "warning",
    "critical",
    "unknown",
    "info",
    "info",
  ]);
  expect(slots[12]).toMatchObject({ start: 12 * HOUR, count: 2 });
});

test("only moments with a reading are measured", () => {
  expect(measuredMoments([1, 2, 3], [0, null, 5])).toEqual([1, 3]);
});

test("a day begins at midnight of the zone, also where the clock changes", () => {
  const to = Date.parse("2026-10-26T12:00:00Z");
  const days = daysWithin({ hours: 72, to, timeZone: "Europe/Berlin" });
  expect(days.map(({ at }) => new Date(at).toISOString())).toEqual([
    "2026-10-23T22:00:00.000Z",
    "2026-10-24T22:00:00.000Z",
    "2026-10-25T23:00:00.000Z",
  ]);
  expect(days[0]?.place).toBeCloseTo(10 / 72, 9);
});

test.each([
  [8, 0, "+8"],
  [2, 5, "−3"],
  [4, 4, "same"],
  [8, null, "no earlier data"],
])("%s alerts after %s are %s", (total, previous, text) => {
  expect(changeText(total, previous, { same: "same", none: "no earlier data" })).toBe(text);
});
