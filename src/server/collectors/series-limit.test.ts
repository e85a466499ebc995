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
  expect(limit.apply(readings, () => expect.unreachable())).toBe(readings);
  expect(limit.absences).toEqual([]);
});

test("above it new values of the noisiest label are left out and named; what was there stays", () => {
  const limit = new SeriesLimit(48);
  let known: readonly Reading[] = [];
  const take = (readings: readonly Reading[]) => {
    known = limit.apply(readings, () => known);
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
  const taken = limit.apply([...cores, ...interfaces(0, 1000)], () => []);
  expect(taken.length).toBeLessThanOrEqual(60);
  expect(taken.length).toBeGreaterThan(56);
  expect(namesOf(taken)[0]).toBe("core");
});
