import { afterEach, expect, test } from "vitest";
import { momentOf, rangeOf, timeText, useUtc } from "./time";

afterEach(() => useUtc(false));

const now = new Date(2026, 10, 24, 14, 30, 0).getTime();
const local = (...parts: [number, number, number, number?, number?]) => new Date(...parts).getTime();

test.each([
  ["2h", now - 7_200_000],
  ["90m ago", now - 5_400_000],
  ["3h ago", now - 10_800_000],
  ["22 nov 14:00", local(2026, 10, 22, 14, 0)],
  ["today", local(2026, 10, 24)],
  ["03:12", local(2026, 10, 24, 3, 12)],
  ["23:00", local(2026, 10, 23, 23, 0)],
])("--at %s is that moment on this machine", (text, moment) => {
  expect(momentOf("--at", text, now)).toBe(moment);
});

test("a range is the last hours, or from one moment to another", () => {
  expect(rangeOf({}, now, 24)).toEqual({ from: now - 86_400_000, to: now });
  expect(rangeOf({ hours: "2" }, now, 24)).toEqual({ from: now - 7_200_000, to: now });
  expect(rangeOf({ since: "3h", until: "1h" }, now, 24)).toEqual({ from: now - 10_800_000, to: now - 3_600_000 });
  const sameDay = { from: local(2026, 10, 22, 14, 0), to: local(2026, 10, 22, 15, 30) };
  expect(rangeOf({ since: "2026-11-22 14:00", until: "15:30" }, now, 24)).toEqual(sameDay);
});

test.each([
  [{ hours: "2", since: "1h" }, /not both/],
  [{ hours: "-1" }, /above 0/],
  [{ hours: "many" }, /above 0/],
  [{ since: "soon" }, /--since 'soon'.*yesterday 14:00/],
  [{ since: "5" }, /--since '5'/],
  [{ since: "2026-02-30" }, /--since '2026-02-30'/],
  [{ since: "1h", until: "2h" }, /ends before it begins/],
])("%j is refused in words", (flags, message) => {
  expect(() => rangeOf(flags, now, 24)).toThrow(message);
});

test.each([
  ["2026-11-22T03:12:00.250Z", "Europe/Berlin", "2026-11-22 04:12:00+01:00"],
  ["2026-07-22T03:12:00.000Z", "Europe/Berlin", "2026-07-22 05:12:00+02:00"],
  ["2026-11-22T03:12:00.000Z", "America/St_Johns", "2026-11-21 23:42:00-03:30"],
  ["2026-11-22T03:12:00.000Z", "UTC", "2026-11-22 03:12:00+00:00"],
])("%s is printed in %s with its offset, and with --utc as UTC", (iso, timeZone, local) => {
  expect(timeText(iso, timeZone)).toBe(local);
  expect(momentOf("--at", local, now)).toBe(Math.floor(Date.parse(iso) / 1000) * 1000);
  useUtc(true);
  const utc = timeText(Date.parse(iso), timeZone);
  expect(utc).toBe(`${iso.slice(0, 19).replace("T", " ")}Z`);
  expect(momentOf("--at", utc, now)).toBe(Math.floor(Date.parse(iso) / 1000) * 1000);
});
