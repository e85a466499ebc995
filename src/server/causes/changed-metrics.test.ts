import { expect, test } from "vitest";
import type { HistorySeries } from "~/domain/history";
import { seeded } from "../../../scripts/recording";
import { changeOf, kolmogorovSmirnov, mostChanged } from "./changed-metrics";

const SEED = 20_261_129;
const series = (values: (number | null)[], change: Partial<HistorySeries> = {}): HistorySeries => ({
  metric: "system.cpu.utilization",
  labels: {},
  unit: "1",
  values,
  ...change,
});
const noise = (count: number, mean: number, spread: number, random = seeded(SEED)) =>
  Array.from({ length: count }, () => mean + spread * (random() + random() + random() - 1.5));

test("the statistic is 0 for the same values, 1 for none in common, and a third where a third moved", () => {
  expect(kolmogorovSmirnov([1, 2, 3], [3, 2, 1])).toBe(0);
  expect(kolmogorovSmirnov([1, 2, 3], [4, 5])).toBe(1);
  expect(kolmogorovSmirnov([1, 2, 3], [1, 2, 9])).toBeCloseTo(1 / 3);
  expect(kolmogorovSmirnov([1, 1, 1, 1], [1])).toBe(0);
});

test(`what moves is found, what is constant or only noisy is not (seed ${SEED})`, () => {
  const steady = noise(240, 0.2, 0.02);
  expect(changeOf(series([...steady, ...noise(60, 0.9, 0.02)]), 240)).toMatchObject({
    mean: expect.closeTo(0.9, 1),
    before: expect.closeTo(0.2, 1),
    statistic: 1,
  });
  const quiet = [
    noise(300, 0.2, 0.02),
    noise(300, 0.5, 0.6),
    Array(300).fill(0.3),
    // A step that nobody would act on.
    [...noise(240, 0.2, 0.001), ...noise(60, 0.21, 0.001)],
    // Too little to compare.
    [...Array(240).fill(null), ...noise(60, 0.9, 0.02)],
  ];
  for (const values of quiet) expect(changeOf(series(values), 240)).toBeNull();
});

test("false alarms: of a thousand series of noise that is as it was, none", () => {
  const random = seeded(SEED);
  const found = Array.from({ length: 1000 }, () => changeOf(series(noise(300, 5000, 3000, random), { unit: "By/s" }), 240));
  expect(found.filter((one) => one !== null)).toEqual([]);
});

test("the surest and largest come first, of one metric two", () => {
  const of = (metric: string, size: number, labels = {}) => ({
    metric,
    labels,
    unit: "1",
    mean: 1,
    before: 0,
    statistic: 1,
    size,
    values: [],
  });
  const modes = ["user", "system", "nice"].map((mode) => of("system.cpu.utilization", 40, { "cpu.mode": mode }));
  const found = mostChanged([...modes, of("system.disk.await", 50), of("system.cpu.utilization", 30), of("my.metric", 4)]);
  expect(found.map(({ metric, size }) => `${metric} ${size}`)).toEqual([
    "system.cpu.utilization 30",
    "system.disk.await 50",
    "system.cpu.utilization 40",
    "my.metric 4",
  ]);
});
