import { expect, test } from "vitest";
import { proseText, quantity, safeName, textOf } from "./report";

test("a moment is written in the report's time zone, over a change of the clocks too", () => {
  const before = { time: Date.parse("2026-10-25T00:30:00Z"), shown: "minute" as const };
  expect(textOf(before, "Europe/Berlin")).toBe("2026-10-25 02:30");
  expect(textOf({ ...before, time: before.time + 3_600_000 }, "Europe/Berlin")).toBe("2026-10-25 02:30");
  expect(textOf({ ...before, shown: "clock" }, "UTC")).toBe("00:30");
  expect(textOf({ ...before, shown: "day" }, "America/New_York")).toBe("2026-10-24");
});

test("a sentence keeps its numbers until it is written", () => {
  expect(proseText(["CPU at ", quantity(0.314159, "1"), ", ", quantity(null, "By")], "UTC")).toBe("CPU at 31.4 %, –");
});

test.each([
  ["a name that is nothing special", "postgres", "postgres"],
  ["an escape sequence", "\u001b[31mred\u0007", "\ufffd[31mred\ufffd"],
  ["an override of the writing direction", "gpj.\u202eexe", "gpj.\ufffdexe"],
  ["a line break", "a\nb", "a\ufffdb"],
  ["half a surrogate pair", "\ud800x", "\ufffdx"],
  ["a character outside the basic plane", "🐳 box", "🐳 box"],
])("%s is made safe", (_name, text, shown) => {
  expect(safeName(text)).toBe(shown);
});

test("an endless name is cut", () => {
  expect([...safeName("x".repeat(5000))]).toHaveLength(80);
});
