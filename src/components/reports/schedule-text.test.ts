import { expect, test } from "vitest";
import { de } from "~/components/words/de";
import { en } from "~/components/words/en";
import { scheduleText } from "./schedule-text";

test.each([
  ["0 7 * * *", "Every day at 07:00", "Täglich um 07:00"],
  ["30 18 * * 5", "Every Friday at 18:30", "Jeden Freitag um 18:30"],
  ["5 0 1 * *", "On the 1st of every month at 00:05", "Am 1. jedes Monats um 00:05"],
  ["*/15 * * * *", null, null],
])("%s is %s", (cron, english, german) => {
  expect(scheduleText(cron, en.reports)).toBe(english);
  expect(scheduleText(cron, de.reports)).toBe(german);
});
