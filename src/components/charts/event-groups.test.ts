import { expect, test } from "vitest";
import { seeded } from "../../../scripts/recording";
import type { Annotation } from "./annotations";
import { countKinds, groupEvents, signOf } from "./event-groups";

const event = (from: number): Annotation => ({ id: `${from}`, from, to: from, kind: "note", text: "" });

test("an event stands where its time is, those that would touch are one sign with their number", () => {
  const groups = groupEvents([event(100), event(500), event(505)], { from: 0, to: 1000, moving: false }, 1000);
  expect(groups.map(({ events, left, width }) => [events.length, left, width])).toEqual([
    [1, 88, 24],
    [2, 502.5 - 18, 36],
  ]);
});

test("signs at the ends stay inside, and what is outside of the range is left out", () => {
  const groups = groupEvents([event(0), event(1000), event(1001)], { from: 0, to: 1000, moving: false }, 500);
  expect(groups.map(({ left, width }) => [left, left + width])).toEqual([
    [0, 24],
    [476, 500],
  ]);
});

test("an event that is newer than the last step of a moving range stands at its end", () => {
  const groups = groupEvents([event(100), event(1040)], { from: 0, to: 1000, moving: true }, 500);
  expect(groups.map(({ events, left, width }) => [events[0]?.from, left + width])).toEqual([
    [100, 62],
    [1040, 500],
  ]);
});

test.each([300, 1200, 3600])("500 events on %s pixels: none lost, none over another, none cut", (width) => {
  const random = seeded(width);
  const events = Array.from({ length: 500 }, () => event(Math.floor(random() * 86_400_000)));
  const groups = groupEvents(events, { from: 0, to: 86_400_000, moving: false }, width);
  expect(groups.reduce((sum, one) => sum + one.events.length, 0)).toBe(500);
  for (const [index, { left, width: own }] of groups.entries()) {
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left + own).toBeLessThanOrEqual(width);
    const next = groups[index + 1];
    if (next) expect(next.left).toBeGreaterThanOrEqual(left + own);
  }
});

test("a lane that is not measured yet has no signs", () => {
  expect(groupEvents([event(1)], { from: 0, to: 10, moving: false }, 0)).toEqual([]);
});

test.each([
  [["note", "note"], "note"],
  [["info", "critical", "warning"], "critical"],
  [["critical", "note"], "mixed"],
  [["boot", "start"], "mixed"],
] as const)("the sign of %j is %s", (kinds, sign) => {
  expect(signOf(kinds.map((kind) => ({ kind })))).toBe(sign);
});

test("the kinds of a sign are counted, alerts of all severities together", () => {
  const events = (["start", "info", "note", "critical", "note"] as const).map((kind) => ({ kind }));
  expect(countKinds(events)).toEqual([
    { kind: "alert", count: 2 },
    { kind: "note", count: 2 },
    { kind: "start", count: 1 },
  ]);
});
