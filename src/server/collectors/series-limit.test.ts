import { expect, test } from "vitest";
import type { Reading } from "~/domain/sample";
import { SeriesLimit } from "./series-limit";

const interfaces = (from: number, to: number): Reading[] =>
  Array.from({ length: to - from }, (_, index) => ["receive", "transmit"].map((direction) => [index + from, direction] as const))
    .flat()
    .map(([name, direction]) => ({
      metric: "system.network.io",
      labels: { "network.interface.name": `veth${name}`, "network.io.direction": direction },
      value: 1,
    }));
const cores: Reading[] = Array.from({ length: 8 }, (_, core) => ({
  metric: "system.cpu.time",
  labels: { "cpu.logical_number": String(core) },
  value: 1,
}));
const namesOf = (readings: readonly Reading[]) => [
  ...new Set(readings.map(({ labels }) => labels?.["network.interface.name"] ?? "core")),
];

test("below the limit nothing is looked at", () => {
  const limit = new SeriesLimit(100);
  const readings = [...cores, ...interfaces(0, 20)];
  expect(limit.apply(readings, () => expect.unreachable(), 0)).toBe(readings);
  expect(limit.absences).toEqual([]);
});

test("above it new values of the noisiest label are left out and named; what was there stays", () => {
  const limit = new SeriesLimit(48);
  let known: readonly Reading[] = [];
  const take = (readings: readonly Reading[]) => {
    known = limit.apply(readings, () => known, 0);
    return namesOf(known);
  };
  const before = namesOf([...cores, ...interfaces(10, 30)]);
  expect(take([...cores, ...interfaces(10, 30)])).toEqual(before);
  // Those that come first in the kernel's list are new too.
  expect(take([...cores, ...interfaces(0, 40)])).toEqual(before);
  expect(limit.absences).toEqual([
    {
      what: "20 values of network.interface.name",
      reason: expect.stringContaining("more than 48 series (monitoring.max_series)"),
    },
  ]);
  const told = limit.absences;
  take([...cores, ...interfaces(0, 40)]);
  expect(limit.absences).toBe(told);
  // Ten go: as many others are taken.
  expect(take([...cores, ...interfaces(0, 30)])).toHaveLength(1 + 20);
  expect(take([...cores, ...interfaces(20, 40)])).toEqual(namesOf([...cores, ...interfaces(20, 40)]));
  expect(limit.absences).toEqual([]);
});

test("a first sample above the limit keeps as many as fit", () => {
  const limit = new SeriesLimit(60);
  const taken = limit.apply([...cores, ...interfaces(0, 1000)], () => [], 0);
  expect(taken.length).toBeLessThanOrEqual(60);
  expect(taken.length).toBeGreaterThan(56);
  expect(namesOf(taken)[0]).toBe("core");
});

const disks = (count: number): Reading[] =>
  Array.from({ length: count }, (_, index) => ({ "system.device": `sd${index}` })).flatMap((device) => [
    { metric: "system.disk.io", labels: { ...device, "disk.io.direction": "read" }, value: 1 },
    { metric: "system.disk.operations", labels: { ...device, "disk.io.direction": "write" }, value: 1 },
    { metric: "system.disk.operations", labels: { ...device, "disk.io.direction": "discard" }, value: 1 },
    { metric: "system.disk.merged", labels: { ...device, "disk.io.direction": "read" }, value: 1 },
    { metric: "system.disk.in_total", labels: device, value: 1 },
  ]);
const frequencies: Reading[] = cores.map(({ labels }) => ({ metric: "system.cpu.frequency", labels: labels ?? {}, value: 1 }));
const countOf = (readings: readonly Reading[], metric: string) => readings.filter((one) => one.metric === metric).length;

test("what totals are sums of stays when other series can go, at the next ticks too", () => {
  const limit = new SeriesLimit(8 + 10 * 3 + 5);
  const readings = [...cores, ...frequencies, ...disks(10)];
  let known: readonly Reading[] = [];
  for (let tick = 0; tick < 30; tick++) {
    known = limit.apply(readings, () => known, 1000 * tick);
    expect(known.length).toBeLessThanOrEqual(43);
    expect(["system.cpu.time", "system.disk.io", "system.disk.in_total"].map((metric) => countOf(known, metric))).toEqual([
      8, 10, 10,
    ]);
    expect(countOf(known, "system.cpu.frequency")).toBeLessThan(8);
  }
});

test("when what totals are sums of is too much by itself, it is bounded as well", () => {
  const limit = new SeriesLimit(60);
  const kept = limit.apply([...cores, ...frequencies, ...disks(100)], () => [], 0);
  expect(kept.length).toBeLessThanOrEqual(60);
  expect(countOf(kept, "system.cpu.time")).toBe(8);
  expect(countOf(kept, "system.cpu.frequency")).toBe(0);
  expect(limit.absences.map(({ what }) => what)).toContain("8 values of cpu.logical_number");
});

const HOUR_MS = 3_600_000;
const container = (id: number): Reading => ({ metric: "container.memory.usage", labels: { "container.id": `c${id}` }, value: 1 });
const keyOf = ({ metric, labels }: Reading) => JSON.stringify([metric, labels]);

const lasting = [...cores, ...interfaces(1000, 1001)];

/** A machine with two new interfaces and a new container each tick, each of which lives for one. */
function changing(limit: SeriesLimit) {
  let known: readonly Reading[] = [];
  return (tick: number, at: number) => {
    const readings = [...lasting, ...interfaces(2 * tick, 2 * tick + 2), container(tick)];
    const kept = limit.apply(readings, () => known, at);
    const before = new Set(known.map(keyOf));
    limit.note(
      kept.map(keyOf).filter((key) => !before.has(key)),
      at,
    );
    known = kept;
    return kept.length - lasting.length;
  };
}

test("an hour has so many new series; then new values of the noisiest label are left out, and later those of all, until the next hour", () => {
  const limit = new SeriesLimit(20);
  const tick = changing(limit);
  const taken = Array.from({ length: 120 }, (_, index) => tick(index, 1000 * index));
  // Ten that last, then five a tick up to a hundred.
  expect(taken.slice(0, 18)).toEqual(new Array(18).fill(5));
  expect(taken.slice(20, 60)).toEqual(new Array(40).fill(1));
  expect(taken.at(-1)).toBe(0);
  expect(limit.absences.map(({ what }) => what)).toEqual(["new values of network.interface.name", "new values of container.id"]);
  expect(limit.absences[0]?.reason).toContain("more than 100 new series this hour");
  expect(tick(120, HOUR_MS)).toBe(5);
  expect(limit.absences).toEqual([]);
});

test("a name that comes and goes is new once", () => {
  const limit = new SeriesLimit(20);
  for (let index = 0; index < 500; index++) {
    const readings = index % 2 === 0 ? cores : [...cores, ...interfaces(0, 2)];
    expect(limit.apply(readings, () => cores, 1000 * index)).toBe(readings);
    limit.note(readings.map(keyOf), 1000 * index);
  }
});
