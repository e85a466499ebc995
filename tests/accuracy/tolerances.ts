/** All comparisons of Hostscope with other programs, with their tolerances. The only such table. */
import { type Labels, seriesKey } from "~/domain/sample";
import type { Window } from "./measure";

export const LOADS = ["idle", "cpu", "io-wait", "memory", "network"] as const;
export type LoadName = (typeof LOADS)[number];

export interface Comparison {
  /** Unique, and readable for people. */
  name: string;
  against: "node_exporter" | "vmstat" | "iostat" | "pidstat" | "ss" | "df";
  /** `theirs` selects the closer of our readings where the other program reads between two of them. */
  ours: (window: Window, theirs: number) => number;
  theirs: (window: Window) => number;
  /** "points" are hundredths of a share; "percent" is relative to the other program's value. */
  unit: "points" | "percent";
  tolerance: number;
  /** Skip the comparison when both values are below this, in their own unit. */
  least?: number;
  loads?: readonly LoadName[];
}

const mean =
  (metric: string, labels: Labels = {}) =>
  (window: Window) =>
    window.mean(seriesKey({ metric, labels }));
const last =
  (metric: string, labels: Labels = {}) =>
  (window: Window, theirs: number) =>
    window.last(seriesKey({ metric, labels }), theirs);

/** A share calculated from node_exporter's CPU seconds. */
const nodeCpu = (wanted: (mode: string) => boolean) => (window: Window) => {
  const sum = (pick: (mode: string) => boolean) => window.node.grown("node_cpu_seconds_total", ({ mode = "" }) => pick(mode));
  return sum(wanted) / sum(() => true);
};
const nodeRate =
  (name: string, labels: Labels = {}) =>
  (window: Window) =>
    window.node.grown(name, (own) => Object.entries(labels).every(([key, value]) => own[key] === value)) / window.seconds;
const nodeLast =
  (name: string, labels: Labels = {}) =>
  (window: Window) =>
    window.node.last(name, labels);

const MODES = ["user", "nice", "system", "idle", "iowait", "softirq", "steal"] as const;
const disk = (window: Window) => window.disk;
const onDisk =
  (metric: string, direction?: string) =>
  (window: Window): number => {
    const labels = { "system.device": disk(window), ...(direction !== undefined && { "disk.io.direction": direction }) };
    return window.mean(seriesKey({ metric, labels }));
  };
const nodeDisk = (name: string) => (window: Window) => nodeRate(name, { device: disk(window) })(window);
const LOOPBACK = { "network.interface.name": "lo", "network.io.direction": "receive" } as const;

const MEBI = 2 ** 20;

export const COMPARISONS: readonly Comparison[] = [
  {
    name: "CPU busy",
    against: "node_exporter",
    ours: mean("system.cpu.utilization"),
    theirs: nodeCpu((mode) => mode !== "idle" && mode !== "iowait"),
    unit: "points",
    tolerance: 2,
  },
  ...MODES.map(
    (mode): Comparison => ({
      name: `CPU ${mode}`,
      against: "node_exporter",
      ours: mean("system.cpu.utilization", { "cpu.mode": mode }),
      theirs: nodeCpu((one) => one === mode),
      unit: "points",
      tolerance: 2,
    }),
  ),
  {
    name: "CPU idle of vmstat",
    against: "vmstat",
    ours: mean("system.cpu.utilization", { "cpu.mode": "idle" }),
    theirs: ({ vmstat }) => vmstat.mean("id") / 100,
    unit: "points",
    tolerance: 5,
  },
  {
    name: "CPU I/O wait of vmstat",
    against: "vmstat",
    ours: mean("system.cpu.utilization", { "cpu.mode": "iowait" }),
    theirs: ({ vmstat }) => vmstat.mean("wa") / 100,
    unit: "points",
    tolerance: 5,
  },
  {
    name: "context switches",
    against: "node_exporter",
    ours: mean("system.cpu.context_switches"),
    theirs: nodeRate("node_context_switches_total"),
    unit: "percent",
    tolerance: 5,
    least: 100,
  },
  {
    name: "interrupts",
    against: "node_exporter",
    ours: mean("system.cpu.interrupts"),
    theirs: nodeRate("node_intr_total"),
    unit: "percent",
    tolerance: 5,
    least: 50,
  },
  {
    name: "processes created",
    against: "node_exporter",
    ours: mean("system.process.created"),
    theirs: nodeRate("node_forks_total"),
    unit: "percent",
    tolerance: 5,
    least: 20,
  },
  {
    name: "load, 1 minute",
    against: "node_exporter",
    ours: last("system.cpu.load_average.1m"),
    theirs: nodeLast("node_load1"),
    unit: "percent",
    tolerance: 5,
    least: 0.2,
  },
  {
    name: "memory available",
    against: "node_exporter",
    ours: last("system.memory.linux.available"),
    theirs: nodeLast("node_memory_MemAvailable_bytes"),
    unit: "percent",
    tolerance: 2,
  },
  {
    name: "memory used",
    against: "node_exporter",
    ours: last("system.memory.usage", { "system.memory.state": "used" }),
    theirs: (window) => window.node.last("node_memory_MemTotal_bytes") - window.node.last("node_memory_MemAvailable_bytes"),
    unit: "percent",
    tolerance: 5,
  },
  {
    name: "page cache",
    against: "node_exporter",
    ours: last("system.memory.usage", { "system.memory.state": "cached" }),
    theirs: nodeLast("node_memory_Cached_bytes"),
    unit: "percent",
    tolerance: 5,
  },
  {
    name: "page faults",
    against: "node_exporter",
    ours: (window) =>
      ["minor", "major"].reduce((sum, type) => sum + mean("system.paging.faults", { "system.paging.type": type })(window), 0),
    theirs: nodeRate("node_vmstat_pgfault"),
    unit: "percent",
    tolerance: 5,
    least: 200,
  },
  {
    name: "disk bytes written",
    against: "node_exporter",
    ours: onDisk("system.disk.io", "write"),
    theirs: nodeDisk("node_disk_written_bytes_total"),
    unit: "percent",
    tolerance: 5,
    least: 0.2 * MEBI,
  },
  {
    name: "disk writes",
    against: "node_exporter",
    ours: onDisk("system.disk.operations", "write"),
    theirs: nodeDisk("node_disk_writes_completed_total"),
    unit: "percent",
    tolerance: 5,
    least: 100,
  },
  {
    name: "disk busy",
    against: "node_exporter",
    ours: onDisk("system.disk.utilization"),
    theirs: nodeDisk("node_disk_io_time_seconds_total"),
    unit: "points",
    tolerance: 5,
  },
  {
    name: "disk queue",
    against: "node_exporter",
    ours: onDisk("system.disk.queue_length"),
    theirs: nodeDisk("node_disk_io_time_weighted_seconds_total"),
    unit: "percent",
    tolerance: 5,
    least: 0.1,
  },
  {
    name: "disk bytes written of iostat",
    against: "iostat",
    ours: onDisk("system.disk.io", "write"),
    theirs: ({ iostat, disk }) => iostat(disk, "wkB/s") * 1024,
    unit: "percent",
    tolerance: 5,
    least: 4 * MEBI,
    loads: ["io-wait"],
  },
  {
    name: "disk busy of iostat",
    against: "iostat",
    ours: onDisk("system.disk.utilization"),
    theirs: ({ iostat, disk }) => iostat(disk, "util") / 100,
    unit: "points",
    tolerance: 5,
  },
  {
    name: "time of a write of iostat",
    against: "iostat",
    ours: ({ writeAwait }) => writeAwait,
    theirs: ({ iostat, disk }) => iostat(disk, "w_await") / 1000,
    unit: "percent",
    tolerance: 5,
    least: 0.0001,
    loads: ["io-wait"],
  },
  {
    name: "loopback bytes",
    against: "node_exporter",
    ours: mean("system.network.io", LOOPBACK),
    theirs: nodeRate("node_network_receive_bytes_total", { device: "lo" }),
    unit: "percent",
    tolerance: 5,
    least: 10_000,
  },
  {
    name: "loopback packets",
    against: "node_exporter",
    ours: mean("system.network.packet.count", LOOPBACK),
    theirs: nodeRate("node_network_receive_packets_total", { device: "lo" }),
    unit: "percent",
    tolerance: 5,
    least: 50,
  },
  {
    name: "TCP segments received",
    against: "node_exporter",
    ours: mean("system.network.tcp.segments", { "network.io.direction": "receive" }),
    theirs: nodeRate("node_netstat_Tcp_InSegs"),
    unit: "percent",
    tolerance: 5,
    least: 50,
  },
  {
    name: "pressure on the CPU",
    against: "node_exporter",
    ours: mean("system.linux.pressure.cpu.some"),
    theirs: nodeRate("node_pressure_cpu_waiting_seconds_total"),
    unit: "points",
    tolerance: 5,
  },
  {
    name: "pressure on I/O",
    against: "node_exporter",
    ours: mean("system.linux.pressure.io.some"),
    theirs: nodeRate("node_pressure_io_waiting_seconds_total"),
    unit: "points",
    tolerance: 5,
  },
  {
    name: "open files",
    against: "node_exporter",
    ours: last("system.file_descriptor.count"),
    theirs: nodeLast("node_filefd_allocated"),
    unit: "percent",
    tolerance: 5,
  },
  {
    name: "filesystem / used",
    against: "df",
    ours: (window) => window.filesystem("used"),
    theirs: ({ df }) => df.used,
    unit: "percent",
    tolerance: 1,
  },
  {
    name: "filesystem / free",
    against: "df",
    ours: (window) => window.filesystem("free"),
    theirs: ({ df }) => df.available,
    unit: "percent",
    tolerance: 1,
  },
  {
    name: "listening TCP sockets",
    against: "ss",
    ours: ({ listening }) => listening,
    theirs: ({ ss }) => ss("LISTEN"),
    unit: "percent",
    tolerance: 5,
  },
  {
    name: "CPU of the process",
    against: "pidstat",
    ours: ({ process }) => process.cpu,
    theirs: ({ pidstat }) => pidstat("%CPU") / 100,
    unit: "points",
    tolerance: 5,
    loads: ["cpu", "memory", "network", "io-wait"],
  },
  {
    name: "memory of the process",
    against: "pidstat",
    ours: ({ process }) => process.memoryBytes,
    theirs: ({ pidstat }) => pidstat("RSS") * 1024,
    unit: "percent",
    tolerance: 5,
    // Under memory load the value varies by 200 MB.
    loads: ["cpu", "network"],
  },
  {
    name: "bytes written by the process",
    against: "pidstat",
    ours: ({ process }) => process.writeBytesPerSecond,
    theirs: ({ pidstat }) => pidstat("kB_wr/s") * 1024,
    unit: "percent",
    tolerance: 5,
    least: MEBI,
    loads: ["io-wait"],
  },
  {
    name: "faults of the process",
    against: "pidstat",
    ours: ({ process }) => process.minorFaultsPerSecond,
    theirs: ({ pidstat }) => pidstat("minflt/s"),
    unit: "percent",
    tolerance: 5,
    least: 200,
    loads: ["memory"],
  },
];

/** The distance in the comparison's unit; null when there is too little to compare. */
export function distance({ unit, least = 0 }: Comparison, ours: number, theirs: number): number | null {
  if (Math.abs(ours) < least && Math.abs(theirs) < least) return null;
  if (unit === "points") return 100 * Math.abs(ours - theirs);
  return theirs === ours ? 0 : (100 * Math.abs(ours - theirs)) / Math.abs(theirs);
}
