import { expect, test } from "vitest";
import { historyOf, MINUTE } from "../../../tests/helpers/history-pattern";
import { measuredPeriod } from "./quality";

const asked = (pattern: string) => ({ from: 0, to: pattern.length * MINUTE });

test.each([
  ["xxxxxxxxxx", [0, 10]],
  ["....xxxxxx", [4, 10]],
  ["xxxxx.....", [0, 5]],
  ["...xx.xx..", [3, 8]],
  [".........x", [9, 10]],
] as const)("of %s the minutes from the first reading to the last are measured", (pattern, [from, to]) => {
  expect(measuredPeriod(historyOf(pattern), asked(pattern))).toEqual({ from: from * MINUTE, to: to * MINUTE });
});

test("without a reading nothing is measured", () => {
  expect(measuredPeriod(historyOf("...."), asked("...."))).toBeNull();
  expect(measuredPeriod({}, asked("...."))).toBeNull();
});
