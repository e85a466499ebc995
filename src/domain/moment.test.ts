import { expect, test } from "vitest";
import { parseDuration, parseEnd, parseMoment } from "./moment";

const NOW = Date.parse("2026-11-24T14:30:00Z");
const utc = (text: string) => Date.parse(`${text}Z`);

test.each([
  ["now", NOW],
  ["now-90m", utc("2026-11-24T13:00")],
  ["-90m", utc("2026-11-24T13:00")],
  ["1795317120", utc("2026-11-22T03:12")],
  ["1795317120000", utc("2026-11-22T03:12")],
  ["0", 0],
  ["now + 2 hours", utc("2026-11-24T16:30")],
  ["90m ago", utc("2026-11-24T13:00")],
  ["90m", utc("2026-11-24T13:00")],
  ["3h ago", utc("2026-11-24T11:30")],
  ["today", utc("2026-11-23T23:00")],
  ["yesterday", utc("2026-11-22T23:00")],
  ["03:12", utc("2026-11-24T02:12")],
  ["23:00", utc("2026-11-23T22:00")],
  ["yesterday 14:00", utc("2026-11-23T13:00")],
  ["gestern 14:00", utc("2026-11-23T13:00")],
  ["23 nov 14:00", utc("2026-11-23T13:00")],
  ["Nov 23, 14:00", utc("2026-11-23T13:00")],
  ["23. November", utc("2026-11-22T23:00")],
  ["1. März 2026 10:00", utc("2026-03-01T09:00")],
  ["27 dec 14:00", utc("2025-12-27T13:00")],
  ["2026-11-01", utc("2026-10-31T23:00")],
  ["2026-07-01 10:00:30", utc("2026-07-01T08:00:30")],
  ["2026-11-22T03:12", utc("2026-11-22T02:12")],
  ["2026-11-22T03:12:00Z", utc("2026-11-22T03:12")],
  ["2026-11-22T03:12:00.5+02:00", utc("2026-11-22T01:12:00.5")],
])("%s is that moment in Berlin", (text, moment) => {
  expect(parseMoment(text, NOW, "Europe/Berlin")).toBe(moment);
});

test.each([
  "",
  "soon",
  "25:00",
  "12:60",
  "2026-02-31",
  "2026-02-31 10:00",
  "2026-13-01",
  "now-",
  "now-3 parsecs",
  "ago",
  "2026",
  "5",
  "last 5",
  "31 feb",
  "24 foo 14:00",
  "06/11/2026",
  "2026-02-30",
  "2026-02-30T10:00:00Z",
  "2026-11-22T25:00Z",
])("%j is no moment", (text) => {
  expect(parseMoment(text, NOW, "Europe/Berlin")).toBeNull();
});

test("a duration is an amount of a known unit", () => {
  expect(parseDuration("1.5h")).toBe(5_400_000);
  expect(parseDuration("2 weeks")).toBe(1_209_600_000);
  expect(parseDuration("90 parsecs")).toEqual({ unknownUnit: "parsecs" });
  expect(parseDuration("soon")).toBeNull();
});

test("a time of day ends a range on the day on which it begins, or on the next", () => {
  const from = utc("2026-11-20T22:00");
  const end = (text: string) => parseEnd(text, from, { now: NOW, timeZone: "Europe/Berlin" });
  expect(end("23:30")).toBe(utc("2026-11-20T22:30"));
  expect(end("01:30")).toBe(utc("2026-11-21T00:30"));
  expect(end("yesterday 01:30")).toBe(utc("2026-11-23T00:30"));
});
