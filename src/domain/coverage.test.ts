import { expect, test } from "vitest";
import { historyOf, MINUTE } from "../../tests/helpers/history-pattern";
import { coverageOf, isFairShare, previousPeriod } from "./coverage";
import type { History } from "./history";

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

test("what has longer steps says nothing of the gaps within them, in whatever order the metrics come", () => {
  const fine = historyOf("xxxx......xx");
  const coarse = {
    ...historyOf("xxxx").m,
    stepSeconds: 180,
    timestamps: [0, 3, 6, 9].map((minute) => minute * MINUTE),
  } as History;
  const period = { from: 0, to: 12 * MINUTE };
  for (const current of [
    { ...fine, coarse },
    { coarse, ...fine },
  ]) {
    expect(coverageOf({ current, period })).toEqual({
      share: 0.5,
      stepSeconds: 60,
      gaps: [{ from: 4 * MINUTE, to: 10 * MINUTE }],
    });
  }
});

test("the previous period is as long, and ends where this one begins", () => {
  expect(previousPeriod({ from: 100, to: 160 })).toEqual({ from: 40, to: 100 });
});
