import { expect, test } from "vitest";
import { BUILT_IN_METRICS } from "~/domain/metric";
import { titleOfMetric } from "~/domain/metric-titles";
import { allFamilies, type CatalogueEntry, CORES_ID, type Family } from "./families";
import { newestOfFamily, seriesOfFamily } from "./family-series";

const custom: CatalogueEntry = { metric: "queue_length", unit: "1", kind: "gauge", title: "queue_length", high: null, help: "" };
const catalogue = BUILT_IN_METRICS.filter(({ ofProcess }) => !ofProcess).map(({ metric, unit, kind, help }) => ({
  metric,
  unit,
  kind,
  help,
  ...titleOfMetric(metric),
}));
const families = allFamilies([...catalogue, custom], { cores: "CPU usage by core", interruptLines: "Interrupts by line" });
const word = (value: string) => value;

function family(id: string): Family {
  const found = families.find((one) => one.id === id);
  if (!found) throw new Error(`no chart ${id}`);
  return found;
}

const line = (metric: string, labels: Record<string, string>, value: number, more: object = {}) => ({
  metric,
  labels,
  unit: "1",
  values: [value],
  ...more,
});
const labelsOf = (id: string, ...series: ReturnType<typeof line>[]) =>
  seriesOfFamily(family(id), series, word).series.map(({ label }) => label);

test.each([
  ["container.memory.usage", "Containers"],
  ["systemd.service.cpu.time", "Services"],
  ["systemd.unit.failed", "Services"],
  ["nodejs.eventloop.delay.p99", "Hostscope"],
  ["queue_length", "Custom"],
] as const)("%s is in %s", (id, section) => {
  expect(family(id).section).toBe(section);
});

test("every chart has a title of its own, what it shows, and says what a high value means", () => {
  const titles = families.map(({ title }) => title);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  const built = families.filter(({ section }) => section !== "Custom");
  expect(built.filter(({ help, high }) => help === "" || high === null).map(({ id }) => id)).toEqual([]);
});

test("what matters stands first in its section", () => {
  const first = (section: string) =>
    families
      .filter((one) => one.section === section)
      .slice(0, 3)
      .map(({ id }) => id);
  expect(first("CPU")).toEqual(["system.cpu.utilization", CORES_ID, "system.cpu.load_average.1m"]);
  expect(first("Disk")).toEqual(["system.disk.io", "system.disk.utilization", "system.disk.await"]);
});

test("constants and what repeats another chart have none", () => {
  const ids = new Set(families.map(({ id }) => id));
  for (const id of ["system.memory.limit", "system.disk.io_time", "system.network.in_total", "system.uptime"])
    expect(ids.has(id), id).toBe(false);
});

test.each([
  ["system.disk.operation_time", "s/s", undefined],
  ["system.linux.pressure.cpu.some", "1", 1],
  ["container.cpu.time", "{cpu}", undefined],
  ["hostscope.collection.share", "1", undefined],
] as const)("the axis of %s is in %s and ends at %s", (id, unit, limit) => {
  expect(family(id)).toMatchObject({ unit });
  expect(family(id).limit).toBe(limit);
});

test("the stack of CPU usage is what is busy; waiting for I/O is beside it", () => {
  const metric = "system.cpu.utilization";
  const { series } = seriesOfFamily(
    family(metric),
    [
      line(metric, {}, 0.4),
      line(metric, { "cpu.logical_number": "0" }, 0.4),
      ...["iowait", "idle", "user", "system"].map((mode) => line(metric, { "cpu.mode": mode }, 0.2)),
    ],
    word,
  );
  expect(series.map(({ label, apart }) => [label, apart])).toEqual([
    ["user", false],
    ["system", false],
    ["iowait", true],
  ]);
});

test("a heat map's rows are the cores in their order", () => {
  const cores = ["10", "2", "0"].map((core) => line("system.cpu.utilization", { "cpu.logical_number": core }, 0.1));
  expect(labelsOf(CORES_ID, ...cores, line("system.cpu.utilization", {}, 1))).toEqual(["core 0", "core 2", "core 10"]);
});

test("a total is no line beside its parts", () => {
  const metric = "system.disk.operations";
  const read = { "disk.io.direction": "read" };
  expect(labelsOf(metric, line(metric, read, 9), line(metric, { ...read, "system.device": "vda" }, 9))).toEqual(["vda read"]);
});

test("a line is named as the process table names the container", () => {
  const metric = "container.cpu.time";
  expect(
    labelsOf(
      metric,
      line(metric, { "container.id": "3f2a91c07d44", "container.runtime": "docker" }, 0.2),
      line(metric, { "container.name": "web", "container.runtime": "lxc" }, 0.7),
    ),
  ).toEqual(["lxc web", "docker 3f2a91c07d44"]);
});

test("a container is called by its name, and by its id as well when two have had that name", () => {
  const one = (id: string, name?: string) =>
    line("container.task.count", { "container.id": id, "container.runtime": "docker" }, 1, {
      ...(name !== undefined && { attributes: { "container.name": name } }),
    });
  expect(labelsOf("container.task.count", one("a1", "web"), one("b2"))).toEqual(["docker b2", "docker web"]);
  expect(labelsOf("container.task.count", one("a1", "web"), one("b2", "web"))).toEqual(["docker web (a1)", "docker web (b2)"]);
});

test("a single line has the name of its chart", () => {
  expect(labelsOf("system.cpu.load_average.1m", line("system.cpu.load_average.1m", {}, 1))).toEqual(["Load, 1 minute"]);
});

test("the newest readings of what is shown: a part that is computed too, and in the unit of the chart", () => {
  const now: Record<string, { labels: Record<string, string>; value: number }[]> = {
    "system.memory.usage": [
      { labels: { "system.memory.state": "used" }, value: 4 },
      { labels: { "system.memory.state": "free" }, value: 3 },
    ],
    "system.memory.utilization": [{ labels: {}, value: 0.4 }],
  };
  const all = (metric: string) => (now[metric] ?? []).map((one) => ({ metric, unit: "By", ...one }));
  const shown = ["used", "cache", "gone"].map((state) => ({
    label: state,
    color: "--a",
    values: [1],
    labels: { "system.memory.state": state },
  }));
  const newest = newestOfFamily(family("system.memory.usage"), { shown, scale: 8 }, all);
  expect(Object.fromEntries(newest)).toEqual({ used: 32, cache: 24, gone: null });
});
