import { expect, test } from "vitest";
import { isFirstSample } from "./first-sample";

test.each([
  ["of another machine, without counters", [{ value: 0.3 }], false],
  ["without rates", [{ value: 0.3 }, { value: null, total: 5 }], true],
  [
    "where one counter has just appeared",
    [
      { value: 0, total: 4 },
      { value: null, total: 5 },
    ],
    false,
  ],
])("a sample %s: %j", (_name, metrics, isFirst) => {
  expect(isFirstSample(metrics)).toBe(isFirst);
});
