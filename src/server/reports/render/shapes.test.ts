import { expect, test } from "vitest";
import type { ChartBlock } from "~/domain/report";
import { shapesOf } from "./shapes";

const box = { left: 0, top: 0, width: 100, height: 100 };
type Series = ChartBlock["series"][number];
const series = (color: Series["color"], values: Series["values"]): Series => ({ ...base.series[0], color, values }) as Series;
const base = { timestamps: [0, 1000], top: 10, stacked: true, series: [{}] } as unknown as ChartBlock;
const drawn = (chart: Partial<ChartBlock>) =>
  shapesOf({ ...base, ...chart }, box).map(({ kind, color, path }) => [kind, color, path] as const);

test("in a stack the lowest line is drawn last: a part above it that adds nothing does not hide it", () => {
  const shapes = drawn({ series: [series("blue", [4, 4]), series("orange", [0, 0]), series("green", [2, 2])] });
  expect(shapes.map(([kind, color]) => `${kind} ${color}`)).toEqual([
    "area blue",
    "area orange",
    "area green",
    "line green",
    "line orange",
    "line blue",
  ]);
  const pathOf = (color: string) => shapes.find(([kind, of]) => kind === "line" && of === color)?.[2];
  expect(pathOf("orange")).toBe(pathOf("blue"));
  expect(pathOf("green")).toBe("M25 40L75 40");
});

test("lines that do not stand on each other are drawn in their order", () => {
  const shapes = drawn({ stacked: false, series: [series("blue", [4, 4]), series("orange", [0, null])] });
  expect(shapes.map(([kind, color]) => `${kind} ${color}`)).toEqual(["line blue", "line orange"]);
});
