import { expect, test } from "vitest";
import { incidentRange } from "./export-incident";

const at = (text: string) => Date.parse(`2026-11-20T${text}Z`);
const NOW = at("12:00:30.500");

test.each([
  ["without a range, the last hour", {}, "11:00:00", "12:00:30.500"],
  ["ends at whole minutes", { from: at("09:00:59"), to: at("09:30:01") }, "09:00:00", "09:31:00"],
  ["above an hour, at whole tens of minutes", { from: at("08:01:00"), to: at("09:31:00") }, "08:00:00", "09:40:00"],
  ["never ends in the future", { from: at("11:58:30"), to: at("12:00:10") }, "11:58:00", "12:00:30.500"],
  ["goes back from its end", { hours: 2, to: at("10:00:00") }, "08:00:00", "10:00:00"],
])("%s", (_name, asked, from, to) => {
  expect(incidentRange({ redact: false, ...asked }, NOW)).toEqual({ from: at(from), to: at(to) });
});

test.each([
  [{ hours: 24.1 }, "too_large", "An incident file covers at most 24 hours. Choose a shorter range."],
  [{ from: at("10:00:00"), to: at("10:00:00") }, "bad_request", "The range ends before it begins."],
])("%o is refused", (asked, code, message) => {
  expect(() => incidentRange({ redact: false, ...asked }, NOW)).toThrow(expect.objectContaining({ code, message }));
});
