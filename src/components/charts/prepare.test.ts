import { expect, test } from "vitest";
import { type ChartInput, type ChartSeriesInput, prepareChart, readingsAt, shiftedColumn, sparklinePath } from "./prepare";

function chart(change: Partial<ChartInput> = {}) {
  const model = prepareChart({
    title: "CPU",
    unit: "1",
    times: [1000, 2000, 3000],
    series: [{ label: "user", color: "--a", values: [0.1, 0.2, 0.3] }],
    range: { from: 0, to: 10_000 },
    maxGapMs: 1500,
    ...change,
  });
  if (model.kind === "empty") throw new Error(model.reason);
  return model;
}

const line = (label: string, values: number[], more: Partial<ChartSeriesInput> = {}) => ({
  label,
  color: "--a",
  values,
  ...more,
});

test("missing ticks are an empty moment, never a line and never zero", () => {
  const model = chart({ times: [1000, 2000, 9000], series: [line("user", [0.1, 0.2, 0.3])] });
  expect(model.times).toEqual([1, 2, 2.001, 9]);
  expect(model.series[0]?.values).toEqual([0.1, 0.2, null, 0.3]);
});

test("stacked series stand on each other and keep their own values for the words", () => {
  const model = chart({
    stacked: true,
    series: [{ label: "user", color: "--a", values: [0.1, 0.2, null] }, line("system", [0.3, 0.3, 0.3])],
  });
  expect(model.series[1]?.values).toEqual([0.4, 0.5, 0.3]);
  expect(model.series[1]?.raw).toEqual([0.3, 0.3, 0.3]);
});

test("what is no part of the whole is a line of its own in a stack", () => {
  const model = chart({
    stacked: true,
    series: [line("user", [0.1, 0.2, 0.3]), line("I/O wait", [0.5, 0.5, 0.5], { apart: true }), line("system", [0.1, 0.1, 0.1])],
  });
  expect(model.series.map(({ values }) => values[0])).toEqual([0.1, 0.5, 0.2]);
});

test.each([
  ["one line", {}, [line("used", [1])], [true]],
  ["several lines", {}, [line("a", [1]), line("b", [2])], [false, false]],
  [
    "a stack and what is apart",
    { stacked: true },
    [line("a", [1]), line("b", [2]), line("c", [1], { apart: true })],
    [true, true, false],
  ],
  ["one line above and one below", {}, [line("in", [1]), line("out", [2], { mirrored: true })], [true, true]],
  ["the only line that is not hidden", { hidden: new Set(["a"]) }, [line("a", [1]), line("b", [2])], [true]],
] as const)("fills of %s", (_name, change, series, fills) => {
  expect(chart({ times: [1000], series, ...change }).series.map((one) => one.fills)).toEqual(fills);
});

test("a mirrored series goes below zero, on the same scale", () => {
  const model = chart({
    unit: "By/s",
    series: [line("read", [100, 200, 300]), line("write", [10, 20, 900], { mirrored: true })],
  });
  expect(model.series[1]?.values).toEqual([-10, -20, -900]);
  expect(model.scale).toEqual({ min: -1024, max: 1024, ticks: [-1024, -512, 0, 512, 1024] });
  expect(model.legend.map(({ half }) => half)).toEqual(["upper", "lower"]);
});

test("a band shows the extremes of a step; in a mirror, where peaks of a second would flatten the rest, they are told only", () => {
  const extremes = { min: [1, 1, 1], max: [3, 3, 3] };
  expect(chart({ series: [line("busy", [2, 2, 2], extremes)] }).bands).toEqual([
    { color: "--a", low: [1, 1, 1], high: [3, 3, 3] },
  ]);
  const mirror = chart({ series: [line("write", [2, 2, 2], { mirrored: true, ...extremes })] });
  expect(mirror.bands).toEqual([]);
  expect(mirror.series[0]?.high).toEqual([3, 3, 3]);
});

test("where there is a natural limit the scale ends there, with all thresholds", () => {
  const thresholds = [{ severity: "critical" as const, value: 0.95 }];
  expect(chart({ limit: 1, thresholds }).scale.max).toBe(1);
  expect(chart({ limit: 1, thresholds }).thresholds).toEqual(thresholds);
  expect(chart({ thresholds }).thresholds).toEqual([]);
});

test("a chart without a reading says so, and one whose series are all hidden", () => {
  const input = { title: "CPU", unit: "1", times: [1000], range: { from: 0, to: 2000 }, maxGapMs: 1 };
  expect(prepareChart({ ...input, series: [] })).toMatchObject({ kind: "empty", reason: "noReadings" });
  expect(prepareChart({ ...input, series: [line("user", [1])], hidden: new Set(["user"]) })).toMatchObject({ reason: "hidden" });
});

test("only the asked range is drawn, with one point before it so that the line comes from the left", () => {
  expect(chart({ range: { from: 2500, to: 3000 } }).times).toEqual([2, 3]);
});

test("what is under the crosshair is told with the value of the period before, the largest first", () => {
  const model = chart({ series: [line("user", [0.1, 0.2, 0.3], { before: [0.3, null, 0.1] }), line("system", [0.4, 0.1, 0.1])] });
  expect(readingsAt(model, 0).map(({ label, value, earlier }) => [label, value, earlier])).toEqual([
    ["system", 0.4, null],
    ["user", 0.1, 0.3],
  ]);
});

test("of a stack only the whole of the period before is drawn, without what is apart", () => {
  const model = chart({
    stacked: true,
    series: [
      line("user", [1, 1, 1], { before: [1, 1, 1] }),
      line("system", [1, 1, 1], { before: [2, 2, 2] }),
      line("I/O wait", [1, 1, 1], { before: [5, 5, 5], apart: true }),
    ],
  });
  expect(model.before).toEqual([{ color: "--muted", values: [3, 3, 3] }]);
});

test("an earlier period is laid under this one where its readings are near enough", () => {
  const earlier = { times: [0, 1000, 2600], values: [1, 2, 3] };
  expect(shiftedColumn([10_000, 11_000, 12_000], earlier, { ms: 10_000, stepMs: 1000 })).toEqual([1, 2, null]);
});

test("a sparkline breaks where there is no reading", () => {
  expect(sparklinePath([0, 1, null, 1], { width: 30, height: 10, max: 1 })).toBe("M0.0 10.0L10.0 0.0M30.0 0.0");
});
