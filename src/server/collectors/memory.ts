import type { Labels, Reading } from "~/domain/sample";
import { ofHost, type Roots } from "../roots";
import type { Collector } from "./collector";
import { openContainerLimits, withinMemoryLimit } from "./container-limits";
import { guarded } from "./kernel-files";
import { parseMountRows } from "./mount-table";
import { closeKernelFile, type KernelFile, KeyedLines, readKernelFile } from "./procfs";

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
const MORE_LINES = ["HugePages_Free", "Active(file)", "Inactive(file)"];
const LINE_LIST = Object.values(LINES);
const MEMINFO_WORDS = [...Object.keys(LINES), ...MORE_LINES];
const meminfoLines = new KeyedLines(MEMINFO_WORDS.map((word) => `${word}:`));

const indexOf = (word: string) => MEMINFO_WORDS.indexOf(word);
const TOTAL = indexOf("MemTotal");
const AVAILABLE = indexOf("MemAvailable");
const FREE = indexOf("MemFree");
/** A container's files, which LXC makes up, can have more of a part than of the whole. */
const PARTS: readonly (readonly [part: number, whole: number])[] = [
  [AVAILABLE, TOTAL],
  [FREE, TOTAL],
  [indexOf("SwapFree"), indexOf("SwapTotal")],
];

/**
 * The kernel's own estimate of MemAvailable, for kernels before 3.14 (its commit 34e431b0ae39): free memory, the page cache of files and
 * reclaimable slab, less the low watermark of each. Shared memory and the rest of the slab cannot be given back. In KiB.
 */
function estimateAvailable(lineOf: (word: string) => number): number {
  const cached = (lineOf("Cached") || 0) - (lineOf("Shmem") || 0);
  const files = lineOf("Active(file)") + lineOf("Inactive(file)");
  // What the kernel sets as vm.min_free_kbytes by itself, and its low watermark a quarter above it.
  const low = 1.25 * Math.min(Math.max(4 * Math.sqrt(lineOf("MemTotal")), 128), 262_144);
  const givenBack = (size: number) => size - Math.min(size / 2, low);
  const pages = Number.isNaN(files) ? Math.max(0, cached) : files;
  return Math.floor(Math.max(0, (lineOf("MemFree") || 0) - low) + givenBack(pages) + givenBack(lineOf("SReclaimable") || 0));
}

/** The cache of ZFS, in bytes. */
interface Arc {
  size: number;
  minimum: number;
}

/**
 * Parses /proc/meminfo. The kernel counts the ARC as used, though ZFS gives it back down to its minimum. An ARC that is larger than what
 * is in use is that of another machine. No part is larger than its whole.
 */
export function parseMeminfo(bytes: Buffer, arc: Arc | null = null): Reading[] {
  const values = meminfoLines.read(bytes);
  const lineOf = (word: string) => values[indexOf(word)] ?? Number.NaN;
  const total = values[TOTAL] as number;
  const told = values[AVAILABLE] as number;
  const cache = arc !== null && arc.size / KIBIBYTE <= total - (values[FREE] as number) ? arc : null;
  const more = cache === null ? 0 : Math.max(0, cache.size - cache.minimum) / KIBIBYTE || 0;
  // LXC's file can say the host's, which is no answer for the container.
  values[AVAILABLE] = (!(told <= total) && total > 0 ? estimateAvailable(lineOf) : told) + more;
  for (const [part, whole] of PARTS)
    if ((values[part] as number) > (values[whole] as number)) values[part] = values[whole] as number;
  const readings: Reading[] = cache === null ? [] : [{ metric: "system.memory.linux.zfs.arc", value: cache.size }];
  for (const [index, { metric, labels, scale }] of LINE_LIST.entries()) {
    const value = values[index] as number;
    if (value >= 0) readings.push(labels ? { metric, labels, value: value * scale } : { metric, value: value * scale });
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

/** Parses arcstats of ZFS (`name type data`). */
export function parseArcstats(bytes: Buffer): Arc {
  const text = bytes.toString("latin1");
  const numberOf = (name: string) => Number(new RegExp(`^${name} +\\d+ +(\\d+)$`, "m").exec(text)?.[1] ?? Number.NaN);
  return { size: numberOf("size"), minimum: numberOf("c_min") };
}

/** In LXC, lxcfs mounts a meminfo of the container over the kernel's; arcstats stays the host's. */
function isOfContainer(mountinfo: KernelFile): boolean {
  try {
    const rows = parseMountRows(readKernelFile(mountinfo).toString("latin1"));
    return rows.some(({ mountpoint, type }) => mountpoint === "/proc/meminfo" && type.startsWith("fuse"));
  } catch {
    return false;
  } finally {
    closeKernelFile(mountinfo);
  }
}

export function openMemory(roots: Roots): Collector {
  const limits = openContainerLimits(roots);
  let isContainers: boolean | undefined;
  /** Of this tick, until meminfo has been read. */
  let arc: Arc | null = null;
  return guarded("memory", [
    {
      // Before meminfo, which needs it.
      file: { path: `${roots.proc}/spl/kstat/zfs/arcstats` },
      parse: (bytes) => {
        const read = parseArcstats(bytes);
        isContainers ??= isOfContainer({ path: ofHost(roots, "mountinfo") });
        arc = isContainers ? null : read;
        return [];
      },
    },
    {
      file: { path: `${roots.proc}/meminfo`, whole: true },
      parse: (bytes, at) => {
        const readings = parseMeminfo(bytes, arc);
        arc = null;
        return withinMemoryLimit(readings, limits(at));
      },
      usual: true,
    },
    { file: { path: `${roots.proc}/vmstat` }, parse: parseVmstat, usual: true },
  ]);
}
