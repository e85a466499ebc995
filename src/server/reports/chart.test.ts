import { expect, test } from "vitest";
import { textOf } from "~/domain/report";
import { chart, timeTicks, valueScale } from "./chart";

const GIB = 2 ** 30;

test.each([
  ["a share", 0.83, "1", [0, 0.25, 0.5, 0.75, 1]],
  ["a small share", 0.0031, "1", [0, 0.001, 0.002, 0.003, 0.004]],
  ["bytes", 14.2 * GIB, "By", [0, 4, 8, 12, 16].map((value) => value * GIB)],
  ["a count", 230, "{thread}", [0, 100, 200, 300]],
  ["nothing", 0, "By/s", [0, 1]],
])("the scale of %s has round marks", (_name, peak, unit, marks) => {
  const { ticks, top } = valueScale(peak, unit);
  ticks.forEach((tick, index) => {
    expect(tick).toBeCloseTo(marks[index] ?? Number.NaN, 9);
  });
  expect(ticks).toHaveLength(marks.length);
  expect(top).toBeGreaterThanOrEqual(peak);
});

test("marks of time are whole hours of the zone, also over the end of summer time", () => {
  const from = Date.parse("2026-10-24T22:00:00Z");
  const ticks = timeTicks(from, from + 25 * 3_600_000, "Europe/Berlin");
  expect(ticks.map((tick) => textOf(tick, "Europe/Berlin"))).toEqual(["Oct 25", "06:00", "12:00", "18:00"]);
});

test("marks of weeks are days at midnight of the zone", () => {
  const from = Date.parse("2026-10-20T22:00:00Z");
  const ticks = timeTicks(from, from + 10 * 86_400_000, "Europe/Berlin");
  expect(ticks.map((tick) => textOf(tick, "Europe/Berlin"))).toEqual(["Oct 22", "Oct 24", "Oct 26", "Oct 28", "Oct 30"]);
});

test("a zone that is half an hour off has marks at its own hours", () => {
  const from = Date.parse("2026-01-01T00:00:00Z");
  expect(timeTicks(from, from + 6 * 3_600_000, "Asia/Kolkata").map((tick) => textOf(tick, "Asia/Kolkata"))).toEqual([
    "Jan 1, 06:00",
    "07:00",
    "08:00",
    "09:00",
    "10:00",
    "11:00",
  ]);
});

function cpuChart(levels: Readonly<Record<string, number>>, threshold: number | null = null) {
  const series = Object.entries(levels).map(([mode, value]) => ({
    name: mode,
    series: { metric: "m", labels: { mode }, unit: "1", values: [value, value] },
  }));
  const history = {
    name: "m",
    from: 0,
    to: 120_000,
    stepSeconds: 60,
    resolutionSeconds: 1,
    timestamps: [0, 60_000],
    series: [],
    omitted: 0,
  };
  return chart({ current: { m: history }, timeZone: "UTC" }, { title: "CPU", unit: "1", threshold, series });
}

test("a chart names what can be seen in it", () => {
  expect(cpuChart({ user: 0.4, system: 0.1, steal: 0, nice: 0.0001 })?.series.map(({ name }) => name)).toEqual([
    "user",
    "system",
  ]);
  expect(cpuChart({ user: 0, system: 0 })?.series.map(({ name }) => name)).toEqual(["user"]);
});

test.each([
  ["within the scale", 0.3, { top: 0.4, said: "30%" }],
  ["not far above the data", 0.8, { top: 0.8, said: "80%" }],
  ["far above the data", 4, { top: 0.4, said: null }],
])("a threshold %s", (_name, threshold, { top, said }) => {
  const drawn = cpuChart({ user: 0.4 }, threshold);
  expect(drawn?.top).toBeCloseTo(top, 9);
  expect(drawn?.threshold ? textOf(drawn.threshold, "UTC") : null).toBe(said);
});
