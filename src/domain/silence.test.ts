import { expect, test } from "vitest";
import { isActive, type Silence, type SilenceWindow, silenceMatches } from "./silence";

const week = (days: number[], from: string, to: string, timeZone = "UTC"): SilenceWindow => {
  const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return { kind: "weekly", days, fromMinute: minutes(from), toMinute: minutes(to), timeZone };
};

// 2026-11-23 is a Monday.
test.each([
  ["within the window", week([0], "02:00", "04:00"), "2026-11-23T03:00Z", true],
  ["at its start", week([0], "02:00", "04:00"), "2026-11-23T02:00Z", true],
  ["at its end", week([0], "02:00", "04:00"), "2026-11-23T04:00Z", false],
  ["on another day", week([0], "02:00", "04:00"), "2026-11-24T03:00Z", false],
  ["before midnight of a night", week([0], "22:00", "06:00"), "2026-11-23T23:00Z", true],
  ["after midnight of that night", week([0], "22:00", "06:00"), "2026-11-24T05:59Z", true],
  ["in the morning before that night", week([0], "22:00", "06:00"), "2026-11-23T05:00Z", false],
  ["over the end of the week", week([6], "22:00", "06:00"), "2026-11-30T01:00Z", true],
  ["a whole day", week([0], "00:00", "00:00"), "2026-11-23T17:00Z", true],
  ["in its own time zone", week([0], "02:00", "04:00", "Europe/Berlin"), "2026-11-23T01:30Z", true],
  ["in the zone's summer", week([0], "02:00", "04:00", "Europe/Berlin"), "2026-07-06T00:30Z", true],
] as const)("a weekly silence %s", (_name, window, at, open) => {
  expect(isActive(window, Date.parse(at))).toBe(open);
});

test("a silence covers what its rule and labels name", () => {
  const silence: Silence = {
    id: "s",
    rule: "disk*",
    match: { "system.filesystem.mountpoint": "/var/*" },
    note: "",
    createdBy: null,
    window: { kind: "once", from: 0, until: 100 },
  };
  const alert = (rule: string, mountpoint: string) => ({ rule, labels: { "system.filesystem.mountpoint": mountpoint } });
  expect(silenceMatches(silence, alert("disk filling", "/var/log"), 50)).toBe(true);
  expect(silenceMatches(silence, alert("disk", "/home"), 50)).toBe(false);
  expect(silenceMatches(silence, alert("cpu", "/var/log"), 50)).toBe(false);
  expect(silenceMatches(silence, alert("disk", "/var/log"), 100)).toBe(false);
});
