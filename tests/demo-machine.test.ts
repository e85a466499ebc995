/** The demo's machine: what its parts use is what its totals say, at every tick of its day. */
import { beforeAll, expect, test } from "vitest";
import { deriveFrame, type Frame } from "~/domain/derive";
import { builtInDefinition } from "~/domain/metric";
import type { ProcessRow } from "~/domain/process";
import { type Labels, type Sample, seriesKey } from "~/domain/sample";
import { CORES } from "../scripts/demo/cpu-time";
import { Life, type LifeTick } from "../scripts/demo/life";
import { BUFFERS_BYTES, MEMORY_BYTES, SHARED_BYTES, SLAB } from "../scripts/demo/memory";
import { STORY_BEGIN } from "../scripts/demo/stored-story";

interface Moment {
  tick: LifeTick;
  sample: Sample;
  frame: Frame;
  previous: Sample | undefined;
  /** The whole process table. */
  rows: ProcessRow[];
}

/** At every tick. */
const wrong = new Map<string, string>();
let ticks = 0;

const slotsOf = new WeakMap<Sample["series"], Map<string, number>>();

function value({ series, values }: Pick<Sample, "series" | "values">, metric: string, labels: Labels = {}): number {
  const slots = slotsOf.get(series) ?? new Map(series.map((one, slot) => [seriesKey(one), slot]));
  slotsOf.set(series, slots);
  const slot = slots.get(seriesKey({ metric, labels }));
  if (slot === undefined) throw new Error(`there is no ${seriesKey({ metric, labels })}`);
  return values[slot] as number;
}

const sum = (values: Iterable<number>) => [...values].reduce((all, one) => all + one, 0);

const CHECKS: Record<string, (moment: Moment) => boolean> = {
  "the CPU time of the processes is what the cores count as user and system"({ tick, sample, previous, rows }) {
    if (!previous) return true;
    const ofCores = sum(
      ["user", "system"].flatMap((mode) =>
        Array.from({ length: CORES }, (_, core) => {
          const labels = { "cpu.mode": mode, "cpu.logical_number": String(core) };
          return value(sample, "system.cpu.time", labels) - value(previous, "system.cpu.time", labels);
        }),
      ),
    );
    const ofProcesses = sum(rows.map(({ cpu }) => cpu ?? 0)) * tick.seconds;
    // Of who was killed in this interval only the cores know.
    return Math.abs(ofCores - ofProcesses) < 0.011 || (tick.machine.killed !== null && ofCores >= ofProcesses);
  },
  "each core has as many seconds as have passed"({ tick, sample, previous }) {
    if (!previous) return true;
    return Array.from({ length: CORES }, (_, core) => {
      const modes = ["user", "nice", "system", "idle", "iowait", "interrupt", "softirq", "steal"];
      const labels = (mode: string) => ({ "cpu.mode": mode, "cpu.logical_number": String(core) });
      return sum(
        modes.map((mode) => value(sample, "system.cpu.time", labels(mode)) - value(previous, "system.cpu.time", labels(mode))),
      );
    }).every((seconds) => Math.abs(seconds - tick.seconds) < 0.001);
  },
  "memory in use is that of the processes, what they share, and the kernel's"({ sample, rows }) {
    const used = MEMORY_BYTES - value(sample, "system.memory.linux.available");
    const own = sum(rows.map(({ memoryBytes, sharedBytes }) => Math.max(0, memoryBytes - (sharedBytes ?? 0))));
    const ofKernel = used - own - SHARED_BYTES;
    return ofKernel > 250 * 2 ** 20 && ofKernel < 280 * 2 ** 20;
  },
  "memory in use, free, cached and buffered is all there is"({ sample }) {
    const state = (name: string) => value(sample, "system.memory.usage", { "system.memory.state": name });
    const used = MEMORY_BYTES - value(sample, "system.memory.linux.available");
    const cache = state("cached") - SHARED_BYTES;
    return used + state("free") + cache + BUFFERS_BYTES + SLAB.reclaimable === MEMORY_BYTES && state("free") > 0 && cache > 0;
  },
  "what is swapped out is that of the processes"({ sample, rows }) {
    const swapped =
      value(sample, "system.paging.limit") - value(sample, "system.paging.usage", { "system.paging.state": "free" });
    return swapped === sum(rows.map(({ swapBytes }) => swapBytes ?? 0));
  },
  "pressure is a share of the time, and all waiting is some waiting"({ frame, previous }) {
    if (!previous) return true;
    return ["cpu", "io", "memory"].every((resource) => {
      const [some, full] = ["some", "full"].map((kind) => value(frame, `system.linux.pressure.${resource}.${kind}`));
      return (full as number) >= 0 && (full as number) <= (some as number) + 0.002 && (some as number) <= 1;
    });
  },
  "no utilization is below none or above all"({ frame }) {
    return frame.series.every(({ metric }, slot) => {
      const share = frame.values[slot] as number;
      return !metric.endsWith(".utilization") || Number.isNaN(share) || (share >= 0 && share <= 1);
    });
  },
  "bytes of the disks are those of the processes"({ tick, sample, previous, rows }) {
    if (!previous || tick.machine.killed || tick.machine.memory.pagesOut > 0) return true;
    return (["read", "write"] as const).every((direction) => {
      const ofDisks = sum(
        ["sda", "sdb"].map((device) => {
          const labels = { "system.device": device, "disk.io.direction": direction };
          return value(sample, "system.disk.io", labels) - value(previous, "system.disk.io", labels);
        }),
      );
      const rates = rows.map((row) => (direction === "read" ? row.readBytesPerSecond : row.writeBytesPerSecond) ?? 0);
      return Math.abs(ofDisks - sum(rates) * tick.seconds) < 1;
    });
  },
  "a container has the CPU time of its processes"({ tick, sample, previous, rows }) {
    if (!previous) return true;
    const labels = { "container.id": "5c1fe90b7a3d", "container.runtime": "docker" };
    const counted = value(sample, "container.cpu.time", labels) - value(previous, "container.cpu.time", labels);
    const own = rows.filter(({ group }) => group === "docker 5c1fe90b7a3d");
    return Math.abs(counted - sum(own.map(({ cpu }) => cpu ?? 0)) * tick.seconds) < 0.011;
  },
  "processes are counted by their states"({ sample, rows }) {
    const counted = sum(
      ["running", "sleeping", "uninterruptible", "idle"].map((state) =>
        value(sample, "system.process.count", { "process.state": state }),
      ),
    );
    return counted === rows.length;
  },
  "every process has a parent that is there, and a name that the kernel keeps"({ rows }) {
    const pids = new Set(rows.map(({ pid }) => pid));
    return (
      pids.size === rows.length &&
      rows.every(({ parentPid, name }) => (parentPid === 0 || pids.has(parentPid)) && name.length <= 15)
    );
  },
  "the server takes as much memory as it does"({ rows }) {
    const server = rows.find(({ group }) => group === "hostscope.service");
    return server !== undefined && server.memoryBytes > 60 * 2 ** 20 && server.memoryBytes < 200 * 2 ** 20;
  },
  "counters only count up"({ sample, previous }) {
    if (!previous) return true;
    return sample.series.every(
      ({ metric }, slot) =>
        builtInDefinition(metric)?.kind !== "counter" || (sample.values[slot] as number) >= (previous.values[slot] as number),
    );
  },
};

beforeAll(() => {
  const table = new Map<number, ProcessRow>();
  let previous: Sample | undefined;
  for (const tick of new Life(STORY_BEGIN).ticks()) {
    const { sample, processes } = tick;
    for (const pid of processes.exited) table.delete(pid);
    for (const row of processes.changed) table.set(row.pid, row);
    const moment: Moment = { tick, sample, frame: deriveFrame(previous, sample), previous, rows: [...table.values()] };
    for (const [name, holds] of Object.entries(CHECKS))
      if (!wrong.has(name) && !holds(moment)) wrong.set(name, new Date(sample.at).toISOString());
    previous = sample;
    ticks++;
  }
});

test.each(Object.keys(CHECKS))("%s", (name) => {
  expect(ticks).toBeGreaterThan(5000);
  expect(wrong.get(name)).toBeUndefined();
});

test("every series has a metric that is known", () => {
  const [first] = new Life(STORY_BEGIN).ticks();
  const unknown = (first?.sample.series ?? []).filter(({ metric }) => builtInDefinition(metric) === undefined);
  expect(unknown).toEqual([]);
});
