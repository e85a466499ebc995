import { expect, test } from "vitest";
import { type Comparison, compareModels, heatHeight, MOST_LINES, MOST_ROWS, steadySpan } from "./compare-model";

const comparison = (count: number, change: Partial<Comparison> = {}): Comparison => ({
  metric: "system.cpu.utilization",
  title: "CPU utilization",
  unit: "1",
  stepSeconds: 10,
  timestamps: [0, 10_000],
  machines: Array.from({ length: count }, (_, place) => ({ name: `m${place}`, values: [1 - place / 1000, null] })),
  ...change,
});
const context = {
  title: "CPU",
  span: { from: 0, to: 10_000 },
  network: { unit: "bit/s", scale: 8 },
  hidden: new Set<string>(),
};

test("of a thousand machines the highest 200 are cells and the highest ten lines", () => {
  const { heat, lines, rows, lineCount } = compareModels(comparison(1000), context);
  expect([rows, lineCount]).toEqual([MOST_ROWS, MOST_LINES]);
  expect(heat.kind === "lines" && heat.series.map(({ label }) => label).slice(-1)).toEqual(["m199"]);
  expect(lines.kind === "lines" && lines.series.map(({ label }) => label)).toEqual(
    Array.from({ length: 10 }, (_, place) => `m${place}`),
  );
});

test("lines that have the same colour differ by their dashes", () => {
  const { lines } = compareModels(comparison(1000), context);
  const looks = lines.legend.map(({ color, dashed = false }) => `${color} ${dashed}`);
  expect(new Set(looks).size).toBe(MOST_LINES);
});

test("the whole is full for a share; of other metrics the highest value", () => {
  const machines = [{ name: "a", values: [400, 900] }];
  expect(compareModels(comparison(3), context).top).toBe(1);
  expect(compareModels(comparison(0, { metric: "system.disk.io", unit: "By/s", machines }), context).top).toBe(900);
});

test("network rates are in bits where they are preferred, other rates are not", () => {
  const machines = [{ name: "a", values: [400, 900] }];
  const network = compareModels(comparison(0, { metric: "system.network.io", unit: "By/s", machines }), context);
  expect(network.top).toBe(7200);
  expect(network.lines).toMatchObject({ unit: "bit/s" });
});

test("without readings both charts are empty", () => {
  const { heat, lines } = compareModels(comparison(0), context);
  expect([heat.kind, lines.kind]).toEqual(["empty", "empty"]);
});

test.each([
  [1, 170],
  [20, 310],
  [100, 430],
  [200, 630],
])("%i rows are %i pixels high", (rows, pixels) => {
  expect(heatHeight(rows)).toBe(pixels);
});

test("a range that moves goes on in steps, one that is over stays", () => {
  expect(steadySpan({ from: 100_000, to: 1_000_000, moving: true }, 60)).toEqual({ from: 90_000, to: 990_000 });
  expect(steadySpan({ from: 5000, to: 86_405_000, moving: true }, 60)).toEqual({ from: 0, to: 86_400_000 });
  expect(steadySpan({ from: 1, to: 7, moving: false }, 60)).toEqual({ from: 1, to: 7 });
});
