import { expect, test } from "vitest";
import type { History } from "~/domain/history";
import { measuredPeriod } from "./quality";

const MINUTE = 60_000;

/** A reading in each minute that has an x. */
function historyOf(pattern: string): Record<string, History> {
  const timestamps = [...pattern].map((_one, index) => index * MINUTE);
  const values = [...pattern].map((one) => (one === "x" ? 1 : null));
  const to = pattern.length * MINUTE;
  const series = [{ metric: "m", labels: {}, unit: "1", values }];
  return { m: { name: "m", from: 0, to, stepSeconds: 60, resolutionSeconds: 1, timestamps, series, omitted: 0 } };
}

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
