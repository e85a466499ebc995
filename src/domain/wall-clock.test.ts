import { expect, test } from "vitest";
import { atWall, dayStart, isTimeZone, namedZone } from "./wall-clock";

const BERLIN = "Europe/Berlin";

test("the day on which clocks go back has 25 hours, the one on which they go forward 23", () => {
  const hours = (noon: string) => (dayStart(Date.parse(noon), BERLIN, 1) - dayStart(Date.parse(noon), BERLIN)) / 3_600_000;
  expect(hours("2026-10-25T11:00:00Z")).toBe(25);
  expect(hours("2026-03-29T11:00:00Z")).toBe(23);
  expect(hours("2026-11-24T11:00:00Z")).toBe(24);
});

test.each([
  ["2026-07-01T02:00:00Z", "2026-07-01T00:00:00Z"],
  ["2026-12-01T02:00:00Z", "2026-12-01T01:00:00Z"],
  ["2026-10-25T00:30:00Z", "2026-10-24T22:30:00Z"],
])("a wall in Berlin that shows %s does so at %s", (wall, at) => {
  expect(atWall(Date.parse(wall), BERLIN)).toBe(Date.parse(at));
});

const FILES: Record<string, string> = {
  "/etc/localtime": "/usr/share/zoneinfo/Europe/Berlin",
  "/opt/clock": "/opt/copied",
};

test.each([
  ["the name that Intl uses", "Europe/Berlin", undefined, 3_600_000, "Europe/Berlin"],
  ["an empty TZ", "Etc/Unknown", "", 0, "UTC"],
  ["the link of the system", undefined, undefined, 0, "Europe/Berlin"],
  ["a colon and the link", undefined, ":/etc/localtime", 0, "Europe/Berlin"],
  ["a colon and a name", undefined, ":Europe/Berlin", 0, "Europe/Berlin"],
  ["the path of a zone", undefined, "/usr/share/zoneinfo/Asia/Kolkata", 19_800_000, "Asia/Kolkata"],
  ["the path of a zone with leap seconds", undefined, "/usr/share/zoneinfo/right/Asia/Tokyo", 32_400_000, "Asia/Tokyo"],
  ["a file without a name", undefined, "/opt/clock", 0, "UTC"],
  ["a file that is missing", undefined, ":/nowhere", 0, "UTC"],
  ["a rule of UTC", undefined, "UTC0", 0, "UTC"],
  ["a rule east of UTC", undefined, "JST-9", 32_400_000, "Etc/GMT-9"],
  ["a rule with half an hour", undefined, "IST-5:30", 19_800_000, "+05:30"],
  ["a rule west of UTC", undefined, "XXX3:30", -12_600_000, "-03:30"],
  ["a name that does not exist", undefined, "Nonsense/Zone", 0, "UTC"],
])("%s leads to a zone that Intl accepts", (_name, used, variable, offsetMs, zone) => {
  expect(namedZone({ used, variable, offsetMs, fileAt: (path) => FILES[path] ?? null })).toBe(zone);
  expect(isTimeZone(zone)).toBe(true);
});
