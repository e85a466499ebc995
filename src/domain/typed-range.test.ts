import { expect, test } from "vitest";
import { parseRange } from "./typed-range";

const NOW = Date.parse("2026-11-24T15:30:00Z");
const iso = (at: number) => new Date(at).toISOString().slice(0, 16);

test.each([
  ["90m", "2026-11-24T14:00", "2026-11-24T15:30", true],
  ["now-90m", "2026-11-24T14:00", "2026-11-24T15:30", true],
  ["last 2 hours", "2026-11-24T13:30", "2026-11-24T15:30", true],
  ["3h ago", "2026-11-24T12:30", "2026-11-24T15:30", true],
  ["3h ago to 2h ago", "2026-11-24T12:30", "2026-11-24T13:30", false],
  ["today", "2026-11-23T23:00", "2026-11-24T15:30", true],
  ["yesterday", "2026-11-22T23:00", "2026-11-23T23:00", false],
  ["gestern", "2026-11-22T23:00", "2026-11-23T23:00", false],
  ["yesterday 14:00 to yesterday 15:00", "2026-11-23T13:00", "2026-11-23T14:00", false],
  ["2026-11-01", "2026-10-31T23:00", "2026-11-01T23:00", false],
  ["23 nov", "2026-11-22T23:00", "2026-11-23T23:00", false],
  ["2026-11-24 10:00 to now", "2026-11-24T09:00", "2026-11-24T15:30", true],
  ["2026-11-24T10:00:00Z/2026-11-24T11:00:00Z", "2026-11-24T10:00", "2026-11-24T11:00", false],
  ["2026-11-23 14:00 to 16:00", "2026-11-23T13:00", "2026-11-23T15:00", false],
  ["2026-11-23 14:00 to 15:30", "2026-11-23T13:00", "2026-11-23T14:30", false],
  ["23 nov 14:00 to 15:30", "2026-11-23T13:00", "2026-11-23T14:30", false],
  ["14:00 to 15:00", "2026-11-24T13:00", "2026-11-24T14:00", false],
  ["yesterday 23:00 to 01:30", "2026-11-23T22:00", "2026-11-24T00:30", false],
  ["now-2h to now-1h", "2026-11-24T13:30", "2026-11-24T14:30", false],
])("%s means %s to %s in Berlin", (text, from, to, moving) => {
  const span = parseRange(text, NOW, "Europe/Berlin");
  if ("why" in span) throw new Error(span.why);
  expect([iso(span.from), iso(span.to), span.moving]).toEqual([from, to, moving]);
});

test("a range never reaches into the future: it ends now, and moves on until its end", () => {
  expect(parseRange("2026-11-24 14:00 to 18:00", NOW, "UTC")).toEqual({ from: NOW - 5_400_000, to: NOW, moving: true });
});

test.each([
  ["soon", { why: "range", text: "soon" }],
  ["90 parsecs", { why: "unit", text: "parsecs" }],
  ["", { why: "range", text: "" }],
  ["now-1s", { why: "short" }],
  ["2026-02-31", { why: "range", text: "2026-02-31" }],
  ["now to now-1h", { why: "short" }],
  ["25:00 to now", { why: "range", text: "25:00 to now" }],
  ["14:00 to later", { why: "end", text: "later" }],
  ["1h to 30m to now", { why: "parts" }],
  ["20y", { why: "long" }],
] as const)("%j is refused with the reason", (text, refusal) => {
  expect(parseRange(text, NOW, "UTC")).toEqual(refusal);
});
