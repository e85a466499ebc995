import { expect, test } from "vitest";
import { mirroredScale, scaleOf, tickLabel } from "./scale";

const labels = (ticks: readonly number[], unit: string) =>
  ticks.map((tick) => tickLabel(tick, unit, { mirrored: false, language: "en" }));

test.each([
  [0.31, "1", 1, ["0%", "25%", "50%", "75%", "100%"]],
  [1.02, "1", 1, ["0%", "25%", "50%", "75%", "100%"]],
  [1.7, "1", 1, ["0%", "50%", "100%", "150%", "200%"]],
  [2.3, "1", undefined, ["0%", "100%", "200%", "300%"]],
  [15e6, "By/s", undefined, ["0 B/s", "4 MiB/s", "8 MiB/s", "12 MiB/s", "16 MiB/s"]],
  [1.5e9, "By", 1.67e10, ["0 B", "4 GiB", "8 GiB", "12 GiB", "15.6 GiB"]],
  [1.5e9, "By", 1.82e10, ["0 B", "8 GiB", "17 GiB"]],
  [7300, "{switch}/s", undefined, ["0/s", "2k/s", "4k/s", "6k/s", "8k/s"]],
  [1, "{process}", undefined, ["0", "1", "2"]],
  [9, "{process}", undefined, ["0", "5", "10"]],
  [3.9, "{thread}", undefined, ["0", "1", "2", "3", "4"]],
  [0.0031, "s", undefined, ["0 s", "1 ms", "2 ms", "3 ms", "4 ms"]],
  [400, "s", undefined, ["0 s", "2 min", "4 min", "6 min", "8 min"]],
  [0, "{error}/s", undefined, ["0/s", "0.25/s", "0.5/s", "0.75/s", "1/s"]],
  [0, "By/s", undefined, ["0 B/s", "512 B/s", "1 KiB/s", "1.5 KiB/s", "2 KiB/s"]],
] as const)("up to %s in %s, limit %s", (max, unit, limit, expected) => {
  expect(labels(scaleOf({ min: 0, max }, unit, limit).ticks, unit)).toEqual(expected);
});

test("every scale has three to five ticks and holds its values", () => {
  for (const unit of ["1", "By", "By/s", "s", "{process}", "{thread}", "bit/s", "Cel"]) {
    for (let max = 0.0007; max < 1e13; max *= 1.37) {
      for (const scale of [scaleOf({ min: 0, max }, unit), mirroredScale(max, unit), scaleOf({ min: -max / 3, max }, unit)]) {
        expect(scale.ticks.length, `${max} ${unit}`).toBeGreaterThanOrEqual(3);
        expect(scale.ticks.length, `${max} ${unit}`).toBeLessThanOrEqual(5);
        expect(scale.max, `${max} ${unit}`).toBeGreaterThanOrEqual(max * 0.99999);
      }
    }
  }
});

test("a mirrored scale is the same above and below, and its ticks have no sign", () => {
  const { min, max, ticks } = mirroredScale(900, "By/s");
  expect([min, max]).toEqual([-1024, 1024]);
  expect(ticks.map((tick) => tickLabel(tick, "By/s", { mirrored: true, language: "en" }))).toEqual([
    "1 KiB/s",
    "512 B/s",
    "0 B/s",
    "512 B/s",
    "1 KiB/s",
  ]);
});

test("values below zero that are no mirror keep their sign", () => {
  expect(labels(scaleOf({ min: -4, max: 10 }, "Cel").ticks, "Cel")).toEqual(["-5 °C", "0 °C", "5 °C", "10 °C"]);
});
