/** What the pages of another machine are made of, out of its samples in the engine. Pure. */
import { crc32 } from "node:zlib";
import type { Alert, Severity } from "~/domain/alert";
import type { Cause, Contributor, MeasureName } from "~/domain/contributor";
import type { HostFacts } from "~/domain/host";
import { NOT_REPORTED, type ProcessRow } from "~/domain/process";
import type { Labels, Sample } from "~/domain/sample";
import { seriesKey } from "~/domain/sample";
import { fromPrometheus } from "../prometheus/names";
import type { PromClient, PromSeries } from "./promql";

/** The names that `hostOf` looks at. */
export const HOST_NAMES = [
  "node_uname_info",
  "node_os_info",
  "node_boot_time_seconds",
  "node_memory_MemTotal_bytes",
  "hostscope_cpu_logical_cores",
  "hostscope_cpu_physical_cores",
];

export function hostOf(name: string, found: readonly PromSeries[]): HostFacts {
  const of = (metric: string) => found.find(({ labels }) => labels.__name__ === metric);
  const value = (metric: string) => of(metric)?.points.at(-1)?.value ?? null;
  const uname = of("node_uname_info")?.labels ?? {};
  return {
    name,
    os: of("node_os_info")?.labels.pretty_name ?? "Linux",
    kernel: uname.release ?? "",
    architecture: uname.machine ?? "",
    cpuModel: null,
    logicalCpus: value("hostscope_cpu_logical_cores") ?? 1,
    physicalCpus: value("hostscope_cpu_physical_cores"),
    memoryBytes: value("node_memory_MemTotal_bytes") ?? 0,
    bootTime: (value("node_boot_time_seconds") ?? 0) * 1000,
    addresses: [],
    virtualization: null,
  };
}

const CONTRIBUTED: Readonly<Record<string, "cpu" | "memory" | "io">> = {
  "hostscope.contributor.cpu.utilization": "cpu",
  "hostscope.contributor.memory.usage": "memory",
  "hostscope.contributor.disk.io": "io",
};

export interface Program {
  program: string;
  user: string;
  /** Cores, bytes, bytes per second; null for what it is not among the first in. */
  cpu: number | null;
  memory: number | null;
  io: number | null;
}

/** The programs that use most, as the machine has written them. */
export function programsOf({ series, values }: Pick<Sample, "series" | "values">): Program[] {
  const found = new Map<string, Program>();
  series.forEach(({ metric, labels }, slot) => {
    const measure = CONTRIBUTED[metric];
    const value = values[slot] as number;
    if (!measure || Number.isNaN(value)) return;
    const { program = "", user = "" } = labels;
    const key = `${program}\n${user}`;
    const known = found.get(key) ?? { program, user, cpu: null, memory: null, io: null };
    known[measure] = value;
    found.set(key, known);
  });
  return [...found.values()].sort((a, b) => (b.cpu ?? 0) - (a.cpu ?? 0));
}

/** A row for each program, with a number that stays: the pids are on the machine itself. */
export function rowsOf(programs: readonly Program[]): ProcessRow[] {
  return programs.map(({ program, user, cpu, memory, io }) => ({
    ...NOT_REPORTED,
    pid: crc32(`${program}\n${user}`),
    startedAt: 0,
    parentPid: 0,
    name: program.split(" ", 1)[0] ?? program,
    command: program,
    user,
    state: "sleeping",
    cpu,
    memoryBytes: memory ?? 0,
    virtualBytes: 0,
    threads: null,
    readBytesPerSecond: io,
    writeBytesPerSecond: io === null ? null : 0,
    group: null,
  }));
}

interface MeasureOf {
  of: keyof Pick<Program, "cpu" | "memory" | "io">;
  measure: MeasureName;
  unit: string;
}

/** By what programs are measured for a metric; undefined where an engine does not know who it is. */
function measureFor(metric: string): MeasureOf | undefined {
  if (/^system\.(cpu|linux\.pressure\.cpu|process)\b|^hw\.temperature/.test(metric))
    return { of: "cpu", measure: "cpu", unit: "{cpu}" };
  if (/^system\.(memory|paging|linux\.pressure\.memory)\b/.test(metric)) return { of: "memory", measure: "memory", unit: "By" };
  if (/^system\.(disk|linux\.pressure\.io)\b/.test(metric)) return { of: "io", measure: "io", unit: "By/s" };
  return undefined;
}

const SHOWN = 3;

/** The programs that use most of what a metric is about, with their shares of what is known. */
export function remoteCause(metric: string, sample: Sample | undefined, whole: { cpu: number | null; memory: number }): Cause {
  const measure = measureFor(metric);
  if (!measure) return { contributors: [], coverage: null, refusal: "unknown here: open Hostscope on the machine itself" };
  const programs = sample ? programsOf(sample).filter((one) => (one[measure.of] ?? 0) > 0) : [];
  const sum = programs.reduce((total, one) => total + (one[measure.of] ?? 0), 0);
  const all = Math.max(sum, measure.of === "cpu" ? (whole.cpu ?? 0) : measure.of === "memory" ? whole.memory : 0);
  const contributors = programs
    .sort((a, b) => (b[measure.of] ?? 0) - (a[measure.of] ?? 0))
    .slice(0, SHOWN)
    .map(
      (one): Contributor => ({
        kind: "program",
        name: one.program,
        pid: null,
        startedAt: null,
        command: one.program,
        user: one.user,
        parentPid: null,
        startedBy: null,
        processes: 1,
        measure: measure.measure,
        value: one[measure.of] ?? 0,
        unit: measure.unit,
        change: null,
        share: all > 0 ? (one[measure.of] ?? 0) / all : 0,
        evidence: [],
      }),
    );
  const refusal = contributors.length === 0 ? "unknown: the engine has no program data for that time" : null;
  return { contributors, coverage: all > 0 ? sum / all : null, refusal };
}

/** A run of samples ends when none comes for so many steps. */
const RUN_STEPS = 6;

const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];
/** `ALERTS` of one answer: a series with a sample each ten seconds. */
const ALERTS_AT_ONCE_MS = DAY_MS;
/** How far back the start of an alert is looked for that was firing when the range began. */
const LOOK_BACK_MS = 31 * DAY_MS;

interface Run {
  from: number;
  to: number;
}

/** When a series of `ALERTS` had samples. */
interface AlertRuns {
  labels: Labels;
  runs: Run[];
}

interface AlertSpan {
  from: number;
  to: number;
  stepMs: number;
}

/**
 * When alerts fired in (from, to]. The first run of one that was firing when the range began is as long as it was: its start, and with it its id,
 * is not that of the range.
 */
export async function alertRuns(
  client: Pick<PromClient, "samples" | "range">,
  selector: string,
  { from, to, stepMs }: AlertSpan,
): Promise<AlertRuns[]> {
  const gapMs = stepMs * RUN_STEPS;
  const found = new Map<string, AlertRuns>();
  for (let begin = from; begin < to; begin += ALERTS_AT_ONCE_MS) {
    const end = Math.min(begin + ALERTS_AT_ONCE_MS, to);
    for (const { labels, points } of await client.samples(selector, end, end - begin)) {
      const one = found.get(keyOf(labels)) ?? { labels, runs: [] };
      found.set(keyOf(labels), one);
      addRuns(one.runs, points, gapMs);
    }
  }
  const cut = [...found.values()].filter(({ runs: [first] }) => first && first.from - from <= gapMs);
  if (cut.length > 0) await findStarts(client, selector, { cut, from, gapMs });
  return [...found.values()];
}

const keyOf = (labels: Labels) => seriesKey({ metric: "", labels });

function addRuns(runs: Run[], points: PromSeries["points"], gapMs: number): void {
  for (const { at } of points) {
    const last = runs.at(-1);
    if (last && at - last.to <= gapMs) last.to = at;
    else runs.push({ from: at, to: at });
  }
}

/** First hour by hour, then sample by sample. What fires for longer than is looked back has begun with the first day of it. */
async function findStarts(
  client: Pick<PromClient, "samples" | "range">,
  selector: string,
  { cut, from, gapMs }: { cut: readonly AlertRuns[]; from: number; gapMs: number },
): Promise<void> {
  const earliest = Math.floor((from - LOOK_BACK_MS) / DAY_MS) * DAY_MS;
  const newest = Math.floor(from / HOUR_MS) * HOUR_MS;
  const hourly = await client.range(selector, { from: earliest, to: newest, stepMs: HOUR_MS });
  const hoursOf = new Map(hourly.map(({ labels, points }) => [keyOf(labels), new Set(points.map(({ at }) => at))]));
  const reached = Map.groupBy(cut, ({ labels }) => {
    const hours = hoursOf.get(keyOf(labels));
    let hour = newest;
    while (hours?.has(hour)) hour -= HOUR_MS;
    return hour === newest ? from : hour + HOUR_MS;
  });
  for (const [at, those] of reached) {
    const samples = at > earliest ? await client.samples(selector, at, HOUR_MS + gapMs) : [];
    for (const { labels, runs } of those) {
      const before: Run[] = [];
      addRuns(before, samples.find((one) => keyOf(one.labels) === keyOf(labels))?.points ?? [], gapMs);
      const last = before.at(-1);
      const [first] = runs;
      if (first) first.from = last && at - last.to <= gapMs ? last.from : Math.min(first.from, at);
    }
  }
}

/** The alerts of the runs of `ALERTS`: each is one. Values are on the machine itself. */
export function alertsOf(
  found: readonly AlertRuns[],
  { stepMs, now, external }: { stepMs: number; now: number; external: ReadonlySet<string> },
): Alert[] {
  return found.flatMap(({ labels, runs }) => {
    const { alertname = "", alertstate, severity, ...others } = labels;
    if (alertstate !== "firing") return [];
    const own = Object.fromEntries(Object.entries(others).filter(([name]) => !external.has(name)));
    const ours = fromPrometheus("ALERTS", own)?.labels ?? {};
    return runs.map(({ from, to }) =>
      alertOf({ rule: alertname, severity: severity as Severity, labels: ours }, from, now - to > stepMs * RUN_STEPS ? to : null),
    );
  });
}

function alertOf(
  { rule, severity, labels }: { rule: string; severity: Severity; labels: Labels },
  startedAt: number,
  resolvedAt: number | null,
): Alert {
  const key = seriesKey({ metric: rule, labels });
  const about = Object.values(labels).join(", ");
  return {
    id: `${startedAt.toString(36)}-${crc32(key).toString(16).padStart(8, "0")}`,
    rule,
    metric: "",
    labels,
    severity,
    state: resolvedAt === null ? "firing" : "resolved",
    value: null,
    peak: null,
    threshold: null,
    unit: "1",
    forecastSeconds: null,
    message: about === "" ? rule : `${rule}: ${about}`,
    cause: [],
    coverage: null,
    refusal: null,
    summary: null,
    firstCause: [],
    startedAt,
    resolvedAt,
    acknowledgedAt: null,
    acknowledgedBy: null,
    acknowledgedUntil: null,
    note: null,
  };
}

/** The usual distance of two samples; null with fewer than two. */
export function stepOf(points: PromSeries["points"]): number | null {
  const gaps = points.slice(1).map(({ at }, index) => at - (points[index]?.at ?? at));
  const sorted = gaps.filter((gap) => gap > 0).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
