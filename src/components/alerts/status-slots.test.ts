import { expect, test } from "vitest";
import { measuredMoments, statusSlots } from "./status-slots";

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
