import { expect, test } from "vitest";
import { rangeWithReadings, seriesOfRule } from "./rule-series";

const series = (labels: Record<string, string>, values: (number | null)[] = [1]) => ({
  metric: "system.cpu.utilization",
  labels,
  unit: "1",
  values,
});
const CPU = [series({}), series({ "cpu.mode": "user" }), series({ "cpu.mode": "system" }), series({ "cpu.logical_number": "0" })];
const rule = { metric: "system.cpu.utilization", without: [] };

test("of a total and its parts the total is drawn, not each mode and core", () => {
  expect(seriesOfRule(CPU, { ...rule, match: {} })).toEqual([CPU[0]]);
});

test("parts that a rule asks for are drawn", () => {
  expect(seriesOfRule(CPU, { ...rule, match: { "cpu.mode": "*" } })).toEqual([CPU[1], CPU[2]]);
});

test("where nothing is the total of others, all are drawn", () => {
  const cores = CPU.slice(3);
  expect(seriesOfRule(cores, { ...rule, match: {} })).toEqual(cores);
});

test("a day of which the last minutes exist is drawn as these minutes", () => {
  const range = { from: 0, to: 86_400_000 };
  const first = 86_300_000;
  expect(rangeWithReadings(range, [0, first], [series({}, [null, 1])])).toEqual({ from: first - 2000, to: range.to });
  expect(rangeWithReadings(range, [0], [series({}, [null])])).toEqual(range);
});
