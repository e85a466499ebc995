import { expect, test } from "vitest";
import { lineAt } from "./line-at";
import { type LinesModel, prepareChart } from "./prepare";

const model = prepareChart({
  title: "CPU",
  unit: "1",
  times: [0, 10_000, 20_000],
  series: [
    { label: "web", color: "--a", values: [1, 0.5, null] },
    { label: "db", color: "--b", values: [0, 0.4, 0.1] },
  ],
  range: { from: 0, to: 20_000 },
  maxGapMs: 15_000,
  limit: 1,
}) as LinesModel;

test.each([
  ["the top of the plot", 0, 8, "web"],
  ["the bottom", 1, 148, "db"],
  ["between two lines, the nearer one", 9, 76, "web"],
  ["just below the middle of them", 9, 90, "db"],
  ["far from both", 10, 20, null],
  ["a gap of the upper line", 20, 8, null],
] as const)("%s at %i s", (_name, at, y, label) => {
  expect(lineAt(model, at, y)).toBe(label);
});
