import { expect, test } from "vitest";
import { changeText } from "./kpis";

test.each([
  [0.35, 0.31, "1", "+4 over an hour ago"],
  [0.31, 0.35, "1", "−4 over an hour ago"],
  [0.351, 0.35, "1", "as an hour ago"],
  [2 * 2 ** 20, 2 ** 20, "By/s", "+1 MiB/s over an hour ago"],
  [1.02, 1, "{thread}", "as an hour ago"],
  [1, null, "1", null],
])("%d after %d %s is told as %j", (now, before, unit, words) => {
  expect(changeText(now, before, unit)).toBe(words);
});
