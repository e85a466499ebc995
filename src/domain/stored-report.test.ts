import { expect, test } from "vitest";
import { cronWords } from "./stored-report";

test.each([
  ["0 7 * * *", "each day at 07:00"],
  ["30 18 * * 1", "each Monday at 18:30"],
  ["0 7 * * 7", "each Sunday at 07:00"],
  ["15 6 * * 1-5", "each weekday at 06:15"],
  ["0 7 1 * *", "on day 1 of each month at 07:00"],
  ["0 * * * *", "each hour"],
  ["*/5 * * * *", "*/5 * * * *"],
  ["0 0 1 1 *", "0 0 1 1 *"],
])("%s is %s", (cron, words) => {
  expect(cronWords(cron)).toBe(words);
});
