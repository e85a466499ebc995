import type { Labels, Reading } from "~/domain/sample";
import type { Collector, Roots } from "./collector";
import { ByteReader, type KeptFile, readKept } from "./procfs";

const state = (value: string): Labels => ({ "system.memory.state": value });
const KIBIBYTE = 1024;

/** The lines of /proc/meminfo that become a metric as they are, and what one unit of them is worth. */
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

function lineName(reader: ByteReader): string {
  const colon = reader.bytes.indexOf(58, reader.position);
  return colon < 0 ? "" : reader.bytes.toString("latin1", reader.position, colon);
}

/** Parses /proc/meminfo. Kernels before 3.14 have no MemAvailable: there it is what free, buffers, cache and slab can give. */
export function parseMeminfo(bytes: Buffer): Reading[] {
  const readings: Reading[] = [];
  let free = 0;
  let total = Number.NaN;
  let available = Number.NaN;
  let hugePages = Number.NaN;
  let hugePagesFree = Number.NaN;
  for (const reader = new ByteReader(bytes); !reader.done; reader.nextLine()) {
    const name = lineName(reader);
    const line = LINES[name];
    const wanted = line || name === "HugePages_Free" || name === "Slab";
    if (!wanted) continue;
    reader.position += name.length;
    const value = reader.number();
    if (Number.isNaN(value)) continue;
    if (line) readings.push({ metric: line.metric, ...(line.labels && { labels: line.labels }), value: value * line.scale });
    if (name === "MemTotal") total = value * KIBIBYTE;
    if (name === "MemAvailable") available = value;
    if (name === "HugePages_Total") hugePages = value;
    if (name === "HugePages_Free") hugePagesFree = value;
    if (name === "MemFree" || name === "Buffers" || name === "Cached" || name === "Slab") free += value * KIBIBYTE;
  }
  if (Number.isNaN(available) && total > 0) {
    readings.push({ metric: "system.memory.linux.available", value: Math.min(free, total) });
  }
  if (hugePages >= hugePagesFree)
    readings.push({ metric: "system.memory.linux.hugepages.usage", value: hugePages - hugePagesFree });
  return readings;
}

const FAULT_MAJOR: Labels = { "system.paging.type": "major" };
const FAULT_MINOR: Labels = { "system.paging.type": "minor" };
const PAGE_IN: Labels = { "system.paging.direction": "in" };
const PAGE_OUT: Labels = { "system.paging.direction": "out" };

const VMSTAT_LINES: readonly { word: string; metric?: string; labels?: Labels }[] = [
  { word: "pgpgin ", metric: "system.paging.block.io", labels: PAGE_IN },
  { word: "pgpgout ", metric: "system.paging.block.io", labels: PAGE_OUT },
  { word: "pswpin ", metric: "system.paging.operations", labels: PAGE_IN },
  { word: "pswpout ", metric: "system.paging.operations", labels: PAGE_OUT },
  { word: "pgfault " },
  { word: "pgmajfault " },
  { word: "oom_kill ", metric: "system.memory.linux.oom_kill.count" },
];

/** Parses /proc/vmstat. */
export function parseVmstat(bytes: Buffer): Reading[] {
  const readings: Reading[] = [];
  let faults = Number.NaN;
  let major = Number.NaN;
  for (const reader = new ByteReader(bytes); !reader.done; reader.nextLine()) {
    const line = VMSTAT_LINES.find(({ word }) => reader.startsWith(word));
    if (!line) continue;
    const value = reader.number();
    if (Number.isNaN(value)) continue;
    if (line.word === "pgfault ") faults = value;
    else if (line.word === "pgmajfault ") major = value;
    else if (line.metric) readings.push({ metric: line.metric, ...(line.labels && { labels: line.labels }), value });
  }
  if (major >= 0) readings.push({ metric: "system.paging.faults", labels: FAULT_MAJOR, value: major });
  if (faults >= major) readings.push({ metric: "system.paging.faults", labels: FAULT_MINOR, value: faults - major });
  return readings;
}

export function openMemory(roots: Roots): Collector {
  const meminfo: KeptFile = { path: `${roots.proc}/meminfo` };
  const vmstat: KeptFile = { path: `${roots.proc}/vmstat` };
  return { name: "memory", collect: () => [...parseMeminfo(readKept(meminfo)), ...parseVmstat(readKept(vmstat))] };
}
