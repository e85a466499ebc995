/** Invariants for any numbers: shares sum to one, totals equal the sum of their parts, rates add up to the counters. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { deriveFrame } from "~/domain/derive";
import { buildTree } from "~/domain/process-tree";
import { type Reading, type Sample, seriesKey, seriesOf } from "~/domain/sample";
import { spaceReadings } from "~/server/collectors/filesystem";
import { processRow } from "./helpers/process-row";
import { forAll } from "./helpers/properties";

const MODES = ["user", "nice", "system", "idle", "iowait", "interrupt", "softirq", "steal"];
const count = fc.integer({ min: 0, max: 1_000_000 });

function sampleOf(at: number, readings: readonly Reading[], seconds: number): Sample {
  const all = [...readings, { metric: "hostscope.sample.interval", value: seconds }];
  return { at, series: all.map(seriesOf), values: Float64Array.from(all, ({ value }) => value) };
}

/** The frame after `before` grew by `by`. */
function drawn(before: readonly Reading[], by: readonly number[], seconds: number): Map<string, number> {
  const after = before.map((reading, index) => ({ ...reading, value: reading.value + (by[index] ?? 0) }));
  const frame = deriveFrame(sampleOf(10_000, before, seconds), sampleOf(10_000 + 1000 * seconds, after, seconds));
  return new Map(frame.series.map((one, index) => [seriesKey(one), frame.values[index] as number]));
}

const cores = fc.integer({ min: 1, max: 8 });

test("the modes of the CPU sum to one, and busy is one less idle and waiting", () => {
  forAll(
    fc.property(cores, fc.infiniteStream(count), (number, numbers) => {
      const before = Array.from({ length: number }, (_, core) =>
        MODES.map((mode) => ({
          metric: "system.cpu.time",
          labels: { "cpu.mode": mode, "cpu.logical_number": String(core) },
          value: numbers.next().value as number,
        })),
      ).flat();
      const by = before.map(() => numbers.next().value as number);
      fc.pre(by.some((growth) => growth > 0));
      const values = drawn(before, by, 1);
      const share = (mode: string) => values.get(`system.cpu.utilization{cpu.mode="${mode}"}`) ?? Number.NaN;
      expect(MODES.reduce((sum, mode) => sum + share(mode), 0)).toBeCloseTo(1, 9);
      expect(values.get("system.cpu.utilization")).toBeCloseTo(1 - share("idle") - share("iowait"), 9);
    }),
    300,
  );
});

test("a rate times its seconds is what the counter grew by, and the total is the sum over the disks", () => {
  forAll(
    fc.property(
      fc.array(fc.tuple(count, count), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 60 }),
      (disks, seconds) => {
        const before = disks.map(([value], index) => ({
          metric: "system.disk.io",
          labels: { "system.device": `sd${"abcdef"[index]}`, "disk.io.direction": "read" },
          value,
        }));
        const values = drawn(
          before,
          disks.map(([, growth]) => growth),
          seconds,
        );
        disks.forEach(([, growth], index) => {
          const rate = values.get(`system.disk.io{disk.io.direction="read",system.device="sd${"abcdef"[index]}"}`) ?? Number.NaN;
          expect(rate * seconds).toBeCloseTo(growth, 4);
        });
        const total = values.get('system.disk.io{disk.io.direction="read"}') ?? Number.NaN;
        expect(total * seconds).toBeCloseTo(
          disks.reduce((sum, [, growth]) => sum + growth, 0),
          4,
        );
      },
    ),
    300,
  );
});

test("used, free and reserved are the filesystem, and its share is df's", () => {
  forAll(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.nat(100), fc.nat(100), (blocks, freePercent, reservedPercent) => {
      const bfree = Math.floor((blocks * freePercent) / 100);
      const bavail = Math.floor((bfree * (100 - reservedPercent)) / 100);
      const readings = spaceReadings(
        { mountpoint: "/", device: "d", type: "ext4", readOnly: false },
        { bsize: 4096, blocks, bfree, bavail, files: 0, ffree: 0 },
      );
      expect(readings.reduce((sum, { value }) => sum + value, 0)).toBe(blocks * 4096);
      const values = drawn(readings, [], 1);
      const share = [...values].find(([key]) => key.startsWith("system.filesystem.utilization"))?.[1];
      if (blocks - bfree + bavail > 0) expect(share).toBeCloseTo((blocks - bfree) / (blocks - bfree + bavail), 9);
      else expect(share).toBeNaN();
    }),
    300,
  );
});

test("the roots of the process tree sum to the table, whoever is whose parent", () => {
  forAll(
    fc.property(fc.array(fc.tuple(fc.nat(40), fc.nat(100), fc.nat(1000)), { maxLength: 40 }), (processes) => {
      const rows = processes.map(([parentPid, cpu, memoryBytes], index) =>
        processRow(index + 1, { parentPid, cpu: cpu / 100, memoryBytes }),
      );
      const tree = buildTree(rows, "cpu");
      const roots = tree.filter(({ depth }) => depth === 0);
      const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
      expect(tree).toHaveLength(rows.length);
      expect(roots.reduce((total, { totalCpu }) => total + totalCpu, 0)).toBeCloseTo(
        sum(({ cpu }) => cpu ?? 0),
        9,
      );
      expect(roots.reduce((total, { totalMemoryBytes }) => total + totalMemoryBytes, 0)).toBe(
        sum(({ memoryBytes }) => memoryBytes),
      );
      expect(roots.reduce((total, { descendants }) => total + descendants + 1, 0)).toBe(rows.length);
    }),
    300,
  );
});
