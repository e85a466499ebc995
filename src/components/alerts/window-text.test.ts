import { expect, test } from "vitest";
import { en } from "~/components/words/en";
import { windowText } from "./window-text";

const language = { words: en.alerts.silences, show: (at: number) => new Date(at).toISOString().slice(11, 16) };
const weekly = { kind: "weekly" as const, days: [5, 6], fromMinute: 1320, toMinute: 390, timeZone: null };

test.each([
  [{ kind: "once" as const, from: "", until: "2026-11-28T08:30:00Z" }, "until 08:30"],
  [weekly, "Sat, Sun 22:00 to 06:30"],
  [{ ...weekly, days: [0, 1, 2, 3, 4, 5, 6], timeZone: "Europe/Berlin" }, "every day 22:00 to 06:30 (Europe/Berlin)"],
])("%j", (window, text) => {
  expect(windowText(window, language)).toBe(text);
});
