import type { Labels, Reading } from "~/domain/sample";
import type { Collector, Roots } from "./collector";
import { readContainerLimits, withinMemoryLimit } from "./container-limits";
import { guarded } from "./kernel-files";
import { KeyedLines } from "./procfs";

const state = (value: string): Labels => ({ "system.memory.state": value });
const KIBIBYTE = 1024;

/** Lines of /proc/meminfo that map directly to a metric; `scale` converts them to its unit. */
const LINES: Record<string, { metric: string; labels?: Labels; scale: number }> = {
  MemTotal: { metric: "system.memory.limit", scale: KIBIBYTE },
  MemFree: { metric: "system.memory.usage", labels: state("free"), scale: KIBIBYTE },
  MemAvailable: { metric: "system.memory.linux.available", scale: KIBIBYTE },
  Buffers: { metric: "system.memory.usage", labels: state("buffers"), scale: KIBIBYTE },
  Cached: { metric: "system.memory.usage", labels: state("cached"), scale: KIBIBYTE },
  SwapTotal: { metric: "system.paging.limit", scale: KIBIBYTE },
  SwapFree: { metric: "system.paging.usage", labels: { "system.paging.state": "free" }, scale: KIBIBYTE },
  Dirty: { metric: "system.memory.linux.dirty", scale: KIBIBYTE },
  Writeback: { metric: "system.memory.linux.writeback", scale: KIBIBYTE },
  Shmem: { metric: "system.memory.linux.shared", scale: KIBIBYTE },
  SReclaimable: {
    metric: "system.memory.linux.slab.usage",
    labels: { "system.memory.linux.slab.state": "reclaimable" },
    scale: KIBIBYTE,
  },
  SUnreclaim: {
    metric: "system.memory.linux.slab.usage",
    labels: { "system.memory.linux.slab.state": "unreclaimable" },
    scale: KIBIBYTE,
  },
  CommitLimit: { metric: "system.memory.linux.commit_limit", scale: KIBIBYTE },
  Committed_AS: { metric: "system.memory.linux.committed", scale: KIBIBYTE },
  HugePages_Total: { metric: "system.memory.linux.hugepages.limit", scale: 1 },
  HugePages_Rsvd: { metric: "system.memory.linux.hugepages.reserved", scale: 1 },
  HugePages_Surp: { metric: "system.memory.linux.hugepages.surplus", scale: 1 },
  Hugepagesize: { metric: "system.memory.linux.hugepages.page_size", scale: KIBIBYTE },
};

/** Lines that other values are derived from. */
const MORE_LINES = ["HugePages_Free", "Slab"];
const LINE_LIST = Object.values(LINES);
const MEMINFO_WORDS = [...Object.keys(LINES), ...MORE_LINES];
const meminfoLines = new KeyedLines(MEMINFO_WORDS.map((word) => `${word}:`));

/** Parses /proc/meminfo. Kernels before 3.14 have no MemAvailable: it is estimated as free + buffers + cached + slab. */
export function parseMeminfo(bytes: Buffer): Reading[] {
  const values = meminfoLines.read(bytes);
  const lineOf = (word: string) => values[MEMINFO_WORDS.indexOf(word)] ?? Number.NaN;
  const readings: Reading[] = [];
  for (const [index, { metric, labels, scale }] of LINE_LIST.entries()) {
    const value = values[index] as number;
    if (value >= 0) readings.push(labels ? { metric, labels, value: value * scale } : { metric, value: value * scale });
  }
  if (Number.isNaN(lineOf("MemAvailable")) && lineOf("MemTotal") > 0) {
    const free = ["MemFree", "Buffers", "Cached", "Slab"].reduce((sum, word) => sum + (lineOf(word) || 0), 0);
    readings.push({ metric: "system.memory.linux.available", value: Math.min(free, lineOf("MemTotal")) * KIBIBYTE });
  }
  const hugePages = lineOf("HugePages_Total") - lineOf("HugePages_Free");
  if (hugePages >= 0) readings.push({ metric: "system.memory.linux.hugepages.usage", value: hugePages });
  return readings;
}

const PAGE_IN: Labels = { "system.paging.direction": "in" };
const PAGE_OUT: Labels = { "system.paging.direction": "out" };

/** Lines of /proc/vmstat that map directly to a metric. */
const VMSTAT: readonly (readonly [word: string, metric: string, labels?: Labels])[] = [
  ["pgpgin ", "system.paging.block.io", PAGE_IN],
  ["pgpgout ", "system.paging.block.io", PAGE_OUT],
  ["pswpin ", "system.paging.operations", PAGE_IN],
  ["pswpout ", "system.paging.operations", PAGE_OUT],
  ["oom_kill ", "system.memory.linux.oom_kill.count"],
];
const vmstatLines = new KeyedLines([...VMSTAT.map(([word]) => word), "pgmajfault ", "pgfault "]);

/** Parses /proc/vmstat. pgfault counts all faults, so minor faults are pgfault minus pgmajfault. */
export function parseVmstat(bytes: Buffer): Reading[] {
  const values = vmstatLines.read(bytes);
  const readings: Reading[] = [];
  for (const [index, [, metric, labels]] of VMSTAT.entries()) {
    const value = values[index] as number;
    if (value >= 0) readings.push(labels ? { metric, labels, value } : { metric, value });
  }
  const [major = Number.NaN, all = Number.NaN] = values.slice(VMSTAT.length);
  if (major >= 0) readings.push({ metric: "system.paging.faults", labels: { "system.paging.type": "major" }, value: major });
  if (all >= major)
    readings.push({ metric: "system.paging.faults", labels: { "system.paging.type": "minor" }, value: all - major });
  return readings;
}

export function openMemory(roots: Roots): Collector {
  const limits = readContainerLimits(roots);
  return guarded("memory", [
    {
      file: { path: `${roots.proc}/meminfo`, whole: true },
      parse: (bytes) => withinMemoryLimit(parseMeminfo(bytes), limits),
      usual: true,
    },
    { file: { path: `${roots.proc}/vmstat` }, parse: parseVmstat, usual: true },
  ]);
}
