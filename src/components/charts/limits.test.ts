import { expect, test } from "vitest";
import { placeLimits } from "./limits";

const scale = { min: 0, max: 100 };

test("a limit's line is where its value is, its label beside it; what is beyond the scale has none", () => {
  const limits = placeLimits(
    [
      { severity: "warning", value: 50 },
      { severity: "critical", value: 101 },
    ],
    scale,
    140,
  );
  expect(limits).toEqual([{ severity: "warning", value: 50, line: 70, label: 63 }]);
});

test.each([
  ["at the top", [100, 99]],
  ["at the bottom", [0.5, 1]],
  ["in the middle", [50, 51, 52]],
] as const)("labels %s do not cover each other and stay at the plot", (_where, values) => {
  const limits = placeLimits(
    values.map((value) => ({ severity: "warning", value })),
    scale,
    140,
  );
  const tops = limits.map(({ label }) => label);
  for (const [index, top] of tops.entries()) if (index > 0) expect(top - (tops[index - 1] as number)).toBeGreaterThanOrEqual(14);
  expect(tops[0]).toBeGreaterThanOrEqual(-7);
  expect(tops.at(-1)).toBeLessThanOrEqual(140 - 7);
});
