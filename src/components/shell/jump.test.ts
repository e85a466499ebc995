import { expect, test } from "vitest";
import { momentOf, parametersAt } from "./jump";

const NOW = Date.parse("2026-11-24T15:30:00.500Z");
const at = (text: string) => Date.parse(`2026-11-24T${text}Z`);
const span = { from: at("15:15:00"), to: NOW, moving: true };

test.each([
  ["03:12", at("03:12:00")],
  ["yesterday 14:00", at("14:00:00") - 86_400_000],
  ["3h ago", at("12:30:00")],
  ["soon", "unreadable"],
  ["", "unreadable"],
  ["2027-01-01", "future"],
])("%j leads to %s", (text, moment) => {
  expect(momentOf(text, NOW, "UTC")).toBe(moment);
});

test("a moment in the range keeps it; another brings a range around it, which never reaches beyond now", () => {
  expect(parametersAt(at("15:20:00"), span, NOW)).toEqual({ at: "2026-11-24T15:20:00.000Z" });
  expect(parametersAt(at("03:12:00"), span, NOW)).toEqual({
    at: "2026-11-24T03:12:00.000Z",
    range: null,
    from: "2026-11-24T02:57:00.000Z",
    to: "2026-11-24T03:27:00.000Z",
  });
  expect(parametersAt(at("15:20:00"), { ...span, from: NOW - 1000 }, NOW)).toMatchObject({ to: "2026-11-24T15:30:00.000Z" });
});
