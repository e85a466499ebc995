import { expect, test } from "vitest";
import { draftOf, holdsSecret, isReference, isSame, settingOf } from "./setting-draft";

test.each([
  ["duration", 604_800, { text: "7", unit: "day" }, "7d"],
  ["duration", 5400, { text: "90", unit: "minute" }, "90m"],
  ["size", 2 ** 30, { text: "1", unit: "GiB" }, "1GiB"],
  ["number", 5000, { text: "5000", unit: null }, 5000],
  ["names", ["rule", "severity"], { text: "rule, severity", unit: null }, ["rule", "severity"]],
  ["names", [], { text: "", unit: null }, []],
  ["text", null, { text: "", unit: null }, null],
  ["text", "/run/docker.sock", { text: "/run/docker.sock", unit: null }, "/run/docker.sock"],
  [
    "links",
    [{ name: "web: two", url: "http://web-02:5000" }],
    { text: "web: two: http://web-02:5000", unit: null },
    [{ name: "web: two", url: "http://web-02:5000" }],
  ],
  [
    "steps",
    [{ after: 900, channels: ["pagerduty", "email"] }],
    { text: "15m: pagerduty, email", unit: null },
    [{ after: "15m", channels: ["pagerduty", "email"] }],
  ],
] as const)("%s: %j is in its field as %j, and is written as %j", (kind, value, draft, written) => {
  expect(draftOf(kind, value)).toEqual(draft);
  expect(settingOf({ kind, minimum: null, maximum: null }, draftOf(kind, value))).toEqual({ value: written });
});

test.each([
  ["duration", { text: "soon", unit: "day" }, "number"],
  ["duration", { text: "", unit: "day" }, "number"],
  ["size", { text: "-1", unit: "GiB" }, "number"],
  ["number", { text: "many", unit: null }, "number"],
  ["number", { text: "70000", unit: null }, "range"],
  ["links", { text: "web-02", unit: null }, "links"],
  ["steps", { text: "15m: a\npagerduty", unit: null }, "steps"],
] as const)("%s: %j is told as a mistake", (kind, draft, wrong) => {
  expect(settingOf({ kind, minimum: 0, maximum: 65_535 }, draft)).toEqual({ wrong });
});

test("a comma is a decimal point too", () => {
  expect(settingOf({ kind: "duration", minimum: null, maximum: null }, { text: "1,5", unit: "hour" })).toEqual({ value: "1.5h" });
});

test("24 hours are no change of 1 day", () => {
  expect(isSame({ text: "24", unit: "hour" }, { text: "1", unit: "day" })).toBe(true);
  expect(isSame({ text: "25", unit: "hour" }, { text: "1", unit: "day" })).toBe(false);
  expect(isSame({ text: "a ", unit: null }, { text: "a", unit: null })).toBe(true);
});

test("hidden secrets and values from the environment are known wherever they stand", () => {
  expect(holdsSecret([{ url: "https://x", secret: "<secret>" }])).toBe(true);
  expect(isReference("${PORT:-5000}")).toBe(true);
  expect(holdsSecret("plain") || isReference("plain") || isReference(null)).toBe(false);
});
