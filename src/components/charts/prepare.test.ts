import { expect, test } from "vitest";
import { type ChartInput, niceCeiling, prepareChart, sparklinePath, tickLabel } from "./prepare";

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

test("missing ticks are an empty moment, never a line and never zero", () => {
  const model = chart({ times: [1000, 2000, 9000], series: [{ label: "user", color: "--a", values: [0.1, 0.2, 0.3] }] });
  expect(model.times).toEqual([1, 2, 2.001, 9]);
  expect(model.series[0]?.values).toEqual([0.1, 0.2, null, 0.3]);
});

test("stacked series stand on each other and keep their own values for the words", () => {
  const model = chart({
    stacked: true,
    series: [
      { label: "user", color: "--a", values: [0.1, 0.2, null] },
      { label: "system", color: "--b", values: [0.3, 0.3, 0.3] },
    ],
  });
  expect(model.series[1]?.values).toEqual([0.4, 0.5, 0.3]);
  expect(model.series[1]?.raw).toEqual([0.3, 0.3, 0.3]);
});

test("a mirrored series goes below zero and the scale follows each side", () => {
  const model = chart({
    unit: "By/s",
    series: [
      { label: "read", color: "--a", values: [100, 200, 300] },
      { label: "write", color: "--b", values: [10, 20, 900], mirrored: true },
    ],
  });
  expect(model.series[1]?.values).toEqual([-10, -20, -900]);
  expect(model.scale).toEqual({ min: -1024, max: 384 });
  expect(model.ticks).toEqual([-1024, 0, 384]);
});

test("the smaller side of a mirrored chart keeps room for its label", () => {
  const model = chart({
    unit: "By/s",
    series: [
      { label: "receive", color: "--a", values: [1024, 1024, 1024] },
      { label: "transmit", color: "--b", values: [1, 1, 1], mirrored: true },
    ],
  });
  expect(model.scale).toEqual({ min: -256, max: 1024 });
});

test("near a natural limit the limit is the top of the scale", () => {
  expect(chart({ limit: 1, series: [{ label: "user", color: "--a", values: [0.7, 0.8, 0.9] }] }).scale.max).toBe(1);
  expect(chart({ limit: 1 }).scale.max).toBeCloseTo(0.3);
});

test("a chart without a reading says so", () => {
  expect(prepareChart({ title: "CPU", unit: "1", times: [], series: [], range: { from: 0, to: 1 }, maxGapMs: 1 })).toMatchObject({
    kind: "empty",
  });
});

test("only the asked range is drawn, with one point before it so that the line comes from the left", () => {
  expect(chart({ range: { from: 2500, to: 3000 } }).times).toEqual([2, 3]);
});

test("the summary tells what the picture shows", () => {
  expect(chart().summary).toBe("CPU: user 30 %, at most 30 %");
});

test.each([
  [0, "1", 0.01],
  [900, "By", 1024],
  [0.031, "1", 0.04],
  [0.87, "1", 1],
  [13, "{thread}", 15],
  [1500, "By/s", 1.5 * 1024],
  [3 * 1024 * 1024, "By/s", 3 * 1024 * 1024],
])("the round number above %s %s is %s", (value, unit, ceiling) => {
  expect(niceCeiling(value, unit)).toBeCloseTo(ceiling, 9);
});

test("ticks below zero are directions, not debts", () => {
  expect(tickLabel(-1024, "By/s")).toBe("1 KiB/s");
});

test("a sparkline breaks where there is no reading", () => {
  expect(sparklinePath([0, 1, null, 1], { width: 30, height: 10, max: 1 })).toBe("M0.0 10.0L10.0 0.0M30.0 0.0");
});
