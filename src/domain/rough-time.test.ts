import { expect, test } from "vitest";
import { roughTime } from "./rough-time";

test.each([
  [20, 1, "minute"],
  [59 * 60, 59, "minute"],
  [8.6 * 3600, 9, "hour"],
  [50 * 3600, 2, "day"],
] as const)("%d seconds are about %d %s", (seconds, count, unit) => {
  expect(roughTime(seconds)).toEqual({ count, unit });
});
