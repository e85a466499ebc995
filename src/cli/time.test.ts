import { expect, test } from "vitest";
import { momentOf, rangeOf } from "./time";

const now = new Date(2026, 10, 24, 14, 30, 0).getTime();
const local = (...parts: [number, number, number, number?, number?]) => new Date(...parts).getTime();

test.each([
  ["2h", now - 7_200_000],
  ["90m ago", now - 5_400_000],
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
});

test.each([
  [{ hours: "2", since: "1h" }, /not both/],
  [{ hours: "-1" }, /above 0/],
  [{ hours: "many" }, /above 0/],
  [{ since: "soon" }, /--since takes .*not soon/],
  [{ since: "5" }, /--since takes .*not 5/],
  [{ since: "2026-02-30" }, /--since takes .*not 2026-02-30/],
  [{ since: "1h", until: "2h" }, /ends before it begins/],
])("%j is refused in words", (flags, message) => {
  expect(() => rangeOf(flags, now, 24)).toThrow(message);
});
