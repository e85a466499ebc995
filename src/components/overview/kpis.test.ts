import { expect, test } from "vitest";
import { en } from "~/components/words/en";
import { formatOf } from "~/components/words/format";
import { changeText, kpiOf, kpis, thinned } from "./kpis";

const speech = { words: en.overview, format: formatOf("en") };

const spaced = (text: string | null) => text?.replaceAll("\u00a0", " ") ?? null;

test.each([
  [0.35, 0.31, "1", "+4 points vs 1 h ago"],
  [0.31, 0.35, "1", "−4 points vs 1 h ago"],
  [0.32, 0.31, "1", "+1 point vs 1 h ago"],
  [0.351, 0.35, "1", "same as 1 h ago"],
  [2 * 2 ** 20, 2 ** 20, "By/s", "+1 MiB/s vs 1 h ago"],
  [1.02, 1, "{thread}", "same as 1 h ago"],
  [1, null, "1", null],
])("%d after %d %s is told as %j", (now, before, unit, text) => {
  expect(spaced(changeText({ now, before }, unit, speech))).toBe(text);
});

const readings: Record<string, number> = {
  "system.cpu.utilization": 0.5,
  "system.cpu.load_average.1m": 6.16,
  "system.cpu.load_average.15m": 7.42,
};
const history: Record<string, readonly (number | null)[]> = {
  "system.cpu.utilization": [0.2, null, 0.4],
  "system.cpu.load_average.1m": [1, 2, 3],
};
const shared = {
  host: { logicalCpus: 2, memoryBytes: 2 ** 34 },
  network: { unit: "By/s", scale: 1 },
  column: (metric: string) => history[metric] ?? [],
  ...speech,
};
const current = (metric: string, labels = {}) => (Object.keys(labels).length === 0 ? (readings[metric] ?? null) : null);

test("the load of now is that of a minute, per core too, with that of a quarter of an hour beside it", () => {
  const live = { current, hourAgo: () => null, intervalSeconds: 1 };
  const load = kpis({ ...shared, live }).find(({ key }) => key === "load");
  expect(load).toMatchObject({ label: "Load (1 min)", value: 6.16 });
  expect(spaced(load?.note ?? null)).toBe("3.08 per core, 15 min 7.42");
});

test("the number of pressure is the highest of three, over the time between two samples", () => {
  const shares: Record<string, number> = { cpu: 0.12, memory: 0, io: 0.3 };
  const live = {
    current: (metric: string) => shares[metric.split(".")[3] ?? ""] ?? null,
    hourAgo: () => null,
    intervalSeconds: 1,
  };
  const pressure = kpis({ ...shared, live }).find(({ key }) => key === "pressure");
  expect({ ...pressure, label: spaced(pressure?.label ?? null), note: spaced(pressure?.note ?? null) }).toMatchObject({
    label: "Pressure (PSI, 1 s)",
    value: 0.3,
    note: "highest of CPU 12%, memory 0%, I/O 30%",
  });
});

test("a range that is over is told by its means and peaks, not by the newest readings", () => {
  const [cpu, , , , load] = kpis({ ...shared, live: null });
  expect(cpu?.value).toBeCloseTo(0.3);
  expect(cpu?.change).toBe("peak 40%");
  expect(load).toMatchObject({ value: 2, note: "1 per core", change: "peak 3" });
});

test.each([
  ["system.cpu.utilization", "cpu"],
  ["system.cpu.load_average.15m", "load"],
  ["system.paging.utilization", "memory"],
  ["system.linux.pressure.io.full", "pressure"],
  ["system.filesystem.utilization", null],
  ["queue_length", null],
])("an alert on %s belongs to %s", (metric, key) => {
  expect(kpiOf({ metric })).toBe(key);
});

test("a long column becomes means of equal parts, and a short one stays", () => {
  expect(thinned([1, 3, null, null, 5], 3)).toEqual([3, null, 5]);
  expect(thinned([1, 2], 3)).toEqual([1, 2]);
});

test("a line of a card breaks at its commas only: no number is split from its name or unit", () => {
  const all = kpis({ ...shared, live: { current: () => 2048, hourAgo: () => 1024, intervalSeconds: 1 } });
  expect(all.find(({ key }) => key === "disk")?.note.split(" ")).toEqual(["read\u00a02\u00a0KiB/s,", "write\u00a02\u00a0KiB/s"]);
  expect(all.find(({ key }) => key === "network")?.note.split(" ")).toEqual(["↓\u00a02\u00a0KiB/s", "↑\u00a02\u00a0KiB/s"]);
  expect(all.find(({ key }) => key === "disk")?.change?.split(" ")).toEqual(["+2\u00a0KiB/s", "vs\u00a01\u00a0h\u00a0ago"]);
});
