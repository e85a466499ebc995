/** Constructed histories: one day, a value per minute, on a machine whose readings are all known. */
import type { History } from "~/domain/history";
import { builtInDefinition, chartUnitOf } from "~/domain/metric";
import { OUTLOOK_KINDS, OUTLOOK_METRICS, type Outlook, type OutlookRange, outlookRanges, outlooksOf } from "~/domain/outlook";
import type { Consumer, ProcessRow } from "~/domain/process";
import type { ReportInputs } from "~/server/reports/inputs";
import { analyseProcesses } from "~/server/reports/process-analysis";
import { consumerOf } from "./consumer";

export const DAY_MS = 86_400_000;
export const END = Date.parse("2026-11-24T00:00:00Z");
const START = END - DAY_MS;
const GIB = 2 ** 30;

export interface ConstructedSeries {
  metric: string;
  labels?: Record<string, string>;
  /** Value at a minute of the day; negative minutes are before it. */
  value: (minute: number) => number | null;
}

/** A deterministic variation between -1 and 1. */
export function wiggle(minute: number): number {
  return Math.sin(minute * 12.9898) * 0.6 + Math.sin(minute * 78.233) * 0.4;
}

function historiesOf(
  series: readonly ConstructedSeries[],
  { from, to, stepSeconds }: { from: number; to: number; stepSeconds: number },
): Record<string, History> {
  const stepMs = stepSeconds * 1000;
  const timestamps = Array.from({ length: Math.round((to - from) / stepMs) }, (_, index) => from + index * stepMs);
  const histories: Record<string, History> = {};
  for (const { metric, labels = {}, value } of series) {
    const history = histories[metric] ?? {
      name: metric,
      from,
      to,
      stepSeconds,
      resolutionSeconds: 1,
      timestamps,
      series: [],
      omitted: 0,
    };
    histories[metric] = history;
    history.series.push({
      metric,
      labels,
      unit: chartUnitOf(metric, builtInDefinition),
      values: timestamps.map((time) => value((time - START) / 60_000)),
    });
  }
  return histories;
}

const steady = (level: number, size: number) => (minute: number) => level + size * wiggle(minute);

/** A healthy machine with 4 CPUs and 16 GiB. */
const HEALTHY: readonly ConstructedSeries[] = [
  { metric: "system.cpu.utilization", value: steady(0.25, 0.1) },
  { metric: "system.cpu.utilization", labels: { "cpu.mode": "user" }, value: steady(0.18, 0.08) },
  { metric: "system.cpu.utilization", labels: { "cpu.mode": "system" }, value: steady(0.07, 0.02) },
  { metric: "system.cpu.utilization", labels: { "cpu.mode": "steal" }, value: () => 0 },
  { metric: "system.cpu.utilization", labels: { "cpu.logical_number": "0" }, value: steady(0.3, 0.1) },
  { metric: "system.cpu.utilization", labels: { "cpu.logical_number": "1" }, value: steady(0.2, 0.1) },
  { metric: "system.cpu.load_average.1m", value: steady(1.2, 0.4) },
  { metric: "system.cpu.load_average.15m", value: steady(1.2, 0.1) },
  { metric: "system.memory.utilization", value: steady(0.45, 0.02) },
  { metric: "system.memory.usage", labels: { "system.memory.state": "used" }, value: steady(7.2 * GIB, 0.3 * GIB) },
  { metric: "system.memory.usage", labels: { "system.memory.state": "cached" }, value: steady(5 * GIB, 0.3 * GIB) },
  { metric: "system.memory.usage", labels: { "system.memory.state": "buffers" }, value: steady(0.4 * GIB, 0.1 * GIB) },
  { metric: "system.paging.utilization", value: () => 0.02 },
  { metric: "system.paging.operations", labels: { "system.paging.direction": "in" }, value: () => 0 },
  { metric: "system.paging.operations", labels: { "system.paging.direction": "out" }, value: () => 0 },
  { metric: "system.memory.linux.oom_kill.count", value: () => 0 },
  { metric: "system.linux.pressure.cpu.some", value: steady(0.02, 0.01) },
  { metric: "system.linux.pressure.memory.some", value: () => 0 },
  { metric: "system.linux.pressure.io.some", value: steady(0.01, 0.005) },
  { metric: "system.disk.io", labels: { "disk.io.direction": "read" }, value: steady(2e6, 1e6) },
  { metric: "system.disk.io", labels: { "disk.io.direction": "write" }, value: steady(4e6, 2e6) },
  { metric: "system.disk.utilization", labels: { "system.device": "sda" }, value: steady(0.1, 0.05) },
  { metric: "system.disk.await", labels: { "system.device": "sda", "disk.io.direction": "write" }, value: () => 0.0021 },
  filesystem("/", steady(0.5, 0.001)),
  filesystem("/var", steady(0.6, 0.001)),
  { ...filesystem("/", () => 0.1), metric: "system.filesystem.inodes.utilization" },
  { metric: "system.network.io", labels: { "network.io.direction": "receive" }, value: steady(1e6, 4e5) },
  { metric: "system.network.io", labels: { "network.io.direction": "transmit" }, value: steady(2e6, 4e5) },
  {
    metric: "system.network.io",
    labels: { "network.interface.name": "eth0", "network.io.direction": "receive" },
    value: steady(1e6, 4e5),
  },
  { metric: "system.network.tcp.segments", labels: { "network.io.direction": "transmit" }, value: steady(500, 100) },
  { metric: "system.network.tcp.retransmits", value: steady(1, 0.5) },
  { metric: "system.process.count", labels: { "process.state": "sleeping" }, value: () => 180 },
  { metric: "system.process.count", labels: { "process.state": "defunct" }, value: () => 0 },
  { metric: "hw.temperature", labels: { "hw.name": "Package id 0", "hw.parent": "coretemp" }, value: steady(52, 4) },
];

export function filesystem(mountpoint: string, value: ConstructedSeries["value"]): ConstructedSeries {
  return {
    metric: "system.filesystem.utilization",
    labels: { "system.filesystem.mountpoint": mountpoint, "system.filesystem.type": "ext4", "system.device": "/dev/sda1" },
    value,
  };
}

const sameSeries = (a: ConstructedSeries, b: ConstructedSeries) =>
  a.metric === b.metric && JSON.stringify(a.labels ?? {}) === JSON.stringify(b.labels ?? {});

export function processRow(change: Partial<ProcessRow> = {}): ProcessRow {
  return {
    pid: 100,
    startedAt: START - 5 * DAY_MS,
    parentPid: 1,
    name: "postgres",
    command: "postgres -D /var/lib/postgres",
    user: "postgres",
    state: "sleeping",
    cpu: 0.1,
    memoryBytes: GIB,
    virtualBytes: 2 * GIB,
    threads: 8,
    readBytesPerSecond: 0,
    writeBytesPerSecond: 0,
    minorFaultsPerSecond: 0,
    majorFaultsPerSecond: 0,
    openFiles: 10,
    voluntarySwitchesPerSecond: 0,
    involuntarySwitchesPerSecond: 0,
    shortLivedPerSecond: null,
    group: null,
    sessionId: null,
    sharedBytes: null,
    swapBytes: null,
    ...change,
  };
}

export function consumer(change: Partial<Consumer> = {}): Consumer {
  const { pid, startedAt, parentPid, name, command, user } = processRow();
  return consumerOf(pid, {
    startedAt,
    parentPid,
    name,
    command,
    user,
    seconds: DAY_MS / 1000,
    cpuSeconds: 8640,
    memoryBytes: GIB,
    peakMemoryBytes: 1.2 * GIB,
    readBytes: 1e10,
    writtenBytes: 2e10,
    ...change,
  });
}

export interface Construction {
  /** Replace healthy series with the same name and labels, or are added. */
  series?: readonly ConstructedSeries[];
  consumers?: readonly Consumer[];
  /** The process table at a point of the day, 0 to 1. */
  processes?: (part: number) => ProcessRow[];
  change?: Partial<ReportInputs>;
}

type Rule = ReportInputs["rules"][number];

function rule(metric: string, thresholds: Rule["thresholds"], change: Partial<Rule> = {}): Rule {
  return { metric, match: {}, op: "above", thresholds, forecastSeconds: null, ...change };
}

const MOMENTS = 36;

/** What the reader thread answers of these histories at the end of the day. */
function outlooksFrom(read: (range: OutlookRange) => Readonly<Record<string, History>>): Outlook[] {
  const ranges = outlookRanges(END).map(read);
  return OUTLOOK_KINDS.flatMap((kind) =>
    outlooksOf(
      kind,
      ranges.flatMap((histories) => histories[OUTLOOK_METRICS[kind]] ?? []),
      END,
    ),
  );
}

export function constructedInputs({ series = [], consumers, processes, change = {} }: Construction = {}): ReportInputs {
  const all = [...HEALTHY.filter((one) => !series.some((other) => sameSeries(one, other))), ...series];
  const memoryBytes = 16 * GIB;
  const table = processes ?? (() => [processRow()]);
  const moments = Array.from({ length: MOMENTS }, (_, index) => {
    const part = (index + 1) / MOMENTS;
    return { at: START + part * DAY_MS, rows: table(part) };
  });
  return {
    createdAt: END,
    version: "0.0.0",
    timeZone: "UTC",
    intervalSeconds: 1,
    host: {
      name: "web-1",
      os: "Debian GNU/Linux 13",
      kernel: "6.12.0",
      architecture: "x64",
      cpuModel: "a processor",
      logicalCpus: 4,
      physicalCpus: 4,
      memoryBytes,
      bootTime: START - 10 * DAY_MS,
      addresses: [],
      virtualization: null,
    },
    asked: { from: START, to: END },
    period: { from: START, to: END },
    current: historiesOf(all, { from: START, to: END, stepSeconds: 60 }),
    previous: historiesOf(all, { from: START - DAY_MS, to: START, stepSeconds: 600 }),
    cut: [],
    measuredSeconds: { 60: Array.from({ length: 1440 }, () => 60) },
    outlook: outlooksFrom((range) => historiesOf(all, range)),
    processes: analyseProcesses({ consumers: consumers ?? [consumer()], moments, measuredSeconds: DAY_MS / 1000, memoryBytes }),
    alerts: [],
    alertsCut: false,
    firing: [],
    previousAlerts: 0,
    marks: [],
    rules: [
      rule("system.cpu.utilization", { warning: 0.8, critical: 0.95 }),
      rule("system.cpu.load_average.15m", { warning: 8, critical: 16 }),
      rule("system.filesystem.utilization", { warning: 0.85, critical: 0.95 }, { match: { "system.filesystem.mode": "rw" } }),
      rule("system.filesystem.utilization", { warning: 1 }, { forecastSeconds: 28_800 }),
    ],
    ...change,
  };
}
