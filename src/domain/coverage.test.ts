import { expect, test } from "vitest";
import { historyOf, MINUTE } from "../../tests/helpers/history-pattern";
import { coverageOf, isFairShare, previousPeriod } from "./coverage";

const shareOf = (pattern: string) =>
  coverageOf({ current: historyOf(pattern), period: { from: 0, to: pattern.length * MINUTE } });

test("gaps inside of a period count as such", () => {
  const { share, gaps } = shareOf("xx..xxxx.x");
  expect(share).toBeCloseTo(0.7, 9);
  expect(gaps.map(({ from, to }) => [from / MINUTE, to / MINUTE])).toEqual([
    [2, 4],
    [8, 9],
  ]);
});

test.each([
  ["xxxxxxxxxx", true],
  ["..xxxxxxxx", true],
  ["...xxxxxxx", false],
  ["..........", false],
] as const)("a period measured as %s may be compared with: %s", (pattern, isFair) => {
  expect(isFairShare(shareOf(pattern).share)).toBe(isFair);
});

test("the previous period is as long, and ends where this one begins", () => {
  expect(previousPeriod({ from: 100, to: 160 })).toEqual({ from: 40, to: 100 });
});
