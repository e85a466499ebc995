import { expect, test } from "vitest";
import { change, limit, proseText, quantity, safeName, span, textOf } from "./report";

test("a moment is written in the report's time zone, over a change of the clocks too", () => {
  const before = { time: Date.parse("2026-10-25T00:30:00Z"), shown: "minute" as const };
  expect(textOf(before, "Europe/Berlin")).toBe("Oct 25, 02:30");
  expect(textOf({ ...before, time: before.time + 3_600_000 }, "Europe/Berlin")).toBe("Oct 25, 02:30");
  expect(textOf({ ...before, shown: "date" }, "Europe/Berlin")).toBe("Oct 25, 2026, 02:30");
  expect(textOf({ ...before, shown: "clock" }, "UTC")).toBe("00:30");
  expect(textOf({ ...before, shown: "day" }, "America/New_York")).toBe("Oct 24");
});

test("a sentence keeps its numbers until it is written", () => {
  expect(proseText(["CPU at ", quantity(0.314159, "1"), ", ", quantity(null, "By")], "UTC")).toBe("CPU at 31%, –");
});

test.each([
  ["a threshold as it was set", limit(0.999, "1"), "99.9%"],
  ["a rise", change(0.124), "+12%"],
  ["a fall", change(-0.5), "-50%"],
  ["no change", change(0), "0%"],
  ["a rise from next to nothing as a factor", change(336.26), "337×"],
  ["an unknown change", change(null), "–"],
  ["a day in hours", span({ from: 0, to: 86_400_000 }), "24 h"],
  ["a week in days", span({ from: 0, to: 7 * 86_400_000 }), "7 d"],
  ["minutes", span({ from: 0, to: 660_000 }), "11 min"],
  ["less than a minute", span({ from: 0, to: 9000 }), "9 s"],
])("%s is written for people", (_name, cell, text) => {
  expect(textOf(cell, "UTC")).toBe(text);
});

test.each([
  ["a name that is nothing special", "postgres", "postgres"],
  ["an escape sequence", "\u001b[31mred\u0007", "\ufffd[31mred\ufffd"],
  ["an override of the writing direction", "gpj.\u202eexe", "gpj.\ufffdexe"],
  ["a line break", "a\nb", "a\ufffdb"],
  ["half a surrogate pair", "\ud800x", "\ufffdx"],
  ["a character outside the basic plane", "🐳 box", "🐳 box"],
  ["an emoji of several parts", "👩\u200d💻", "👩\u200d💻"],
  ["a joiner that hides in a name", "ro\u200dot", "ro\ufffdot"],
  ["a Persian word", "می\u200cشود", "می\u200cشود"],
])("%s is made safe", (_name, text, shown) => {
  expect(safeName(text)).toBe(shown);
});

test("an endless name is cut", () => {
  expect([...safeName("x".repeat(5000))]).toHaveLength(80);
});
