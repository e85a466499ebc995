import { expect, test } from "vitest";
import { duration, size } from "./quantity.schema";
import { wholeDuration, wholeSize, writtenCount } from "./whole-units";

test.each([
  [604_800, 7, "day"],
  [5400, 90, "minute"],
  [14_400, 4, "hour"],
  [30, 30, "second"],
  [0.5, 0.5, "second"],
  [0, 0, "second"],
] as const)("%s s are %s %ss, and are written so that they read as the same", (seconds, count, unit) => {
  expect(wholeDuration(seconds)).toEqual({ count, unit });
  expect(duration.parse(writtenCount({ count, unit }))).toBe(seconds);
});

test.each([
  [2 ** 30, 1, "GiB"],
  [2 ** 24, 16, "MiB"],
  [3 * 2 ** 40, 3, "TiB"],
] as const)("%s bytes are %s %s", (bytes, count, unit) => {
  expect(wholeSize(bytes)).toEqual({ count, unit });
  expect(size.parse(writtenCount({ count, unit }))).toBe(bytes);
});

test("a size that is whole in no unit is in the smallest", () => {
  expect(wholeSize(50_000_000)).toEqual({ count: 47.684, unit: "MiB" });
});
