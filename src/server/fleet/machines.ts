/**
 * The page of all machines: a fixed number of queries, whatever their number, and what is made of the answers. The clock is an argument.
 */
import type { Severity } from "~/domain/alert";
import { type Machine, type MachineContributor, machineState } from "~/domain/machine";
import type { PromClient, PromSeries } from "./promql";
import { trafficQuery } from "./traffic";

const OURS = 'job="hostscope"';
/** A machine that has written nothing for longer is forgotten. */
const KNOWN_FOR = "1d";
/** Of counters: at least four samples of a machine that writes every 15 s. */
const RATE = "1m";
const HOUR_MS = 3_600_000;
const SPARK_STEP_MS = 120_000;

const rate = (name: string, more = "") => `rate(${name}{${OURS}${more}}[${RATE}])`;
/** All modes of a core together are a second each second: two of them are a quarter of the samples. */
const cpu = (step: string) =>
  `1 - sum by (instance) (rate(node_cpu_seconds_total{${OURS},mode=~"idle|iowait"}[${step}])) / count by (instance) (node_cpu_seconds_total{${OURS},mode="idle"})`;
const waiting = (resource: string) =>
  `label_replace(max by (instance) (${rate(`node_pressure_${resource}_waiting_seconds_total`)}), "resource", "${resource}", "", "")`;
const first = (name: string) => `topk by (instance) (1, last_over_time(${name}{${OURS}}[${RATE}]))`;

/** One for each column of the page. */
export const QUERIES = {
  seen: `last_over_time(node_time_seconds{${OURS}}[${KNOWN_FOR}])`,
  build: `last_over_time(hostscope_build_info{${OURS}}[1h])`,
  cpu: cpu(RATE),
  memory: `1 - max by (instance) (node_memory_MemAvailable_bytes{${OURS}}) / max by (instance) (node_memory_MemTotal_bytes{${OURS}})`,
  disk: `topk by (instance) (1, max by (instance, mountpoint) (1 - node_filesystem_avail_bytes{${OURS}} / (node_filesystem_size_bytes{${OURS}} - node_filesystem_free_bytes{${OURS}} + node_filesystem_avail_bytes{${OURS}})))`,
  full: `hostscope_filesystem_full_seconds{${OURS}}`,
  network: trafficQuery(RATE),
  pressure: `topk by (instance) (1, ${["cpu", "memory", "io"].map(waiting).join(" or ")})`,
  alerts: `count by (instance, severity) (last_over_time(ALERTS{${OURS},alertstate="firing"}[${RATE}]))`,
  programs: first("hostscope_contributor_cpu_ratio"),
  memoryPrograms: first("hostscope_contributor_memory_bytes"),
} as const;

/** The twelfth, over an hour. */
const SPARK_QUERY = cpu("4m");

export type MachineAnswers = Record<keyof typeof QUERIES, readonly PromSeries[]> & {
  sparks: readonly PromSeries[];
};

export async function askMachines(client: PromClient, now: number, signal?: AbortSignal): Promise<MachineAnswers> {
  const asked = Object.entries(QUERIES).map(async ([name, query]) => [name, await client.instant(query, now, signal)] as const);
  const end = Math.floor(now / SPARK_STEP_MS) * SPARK_STEP_MS;
  const sparks = client.range(SPARK_QUERY, { from: end - HOUR_MS, to: end, stepMs: SPARK_STEP_MS }, signal);
  const [answers, ofAnHour] = await Promise.all([Promise.all(asked), sparks]);
  return { ...(Object.fromEntries(answers) as Record<keyof typeof QUERIES, PromSeries[]>), sparks: ofAnHour };
}

const nameOf = ({ labels }: PromSeries) => labels.instance ?? "";
const lastValue = (series: PromSeries | undefined) => {
  const value = series?.points.at(-1)?.value ?? Number.NaN;
  return Number.isFinite(value) ? value : null;
};

/** The first series of each machine. */
function byMachine(series: readonly PromSeries[]): Map<string, PromSeries> {
  const found = new Map<string, PromSeries>();
  for (const one of series) if (!found.has(nameOf(one))) found.set(nameOf(one), one);
  return found;
}

/** Of several series of a machine, such as those of the version before an upgrade, that with the newest sample. */
function newestByMachine(series: readonly PromSeries[]): Map<string, PromSeries> {
  const found = new Map<string, PromSeries>();
  for (const one of series) if ((lastValue(found.get(nameOf(one))) ?? 0) < (lastValue(one) ?? 0)) found.set(nameOf(one), one);
  return found;
}

interface MachineOptions {
  now: number;
  silentAfterSeconds: number;
  /** Names of labels that machines can be grouped by. */
  labels: readonly string[];
}

const NOTHING_FIRES: Record<Severity, number> = { info: 0, warning: 0, critical: 0 };

/** Sorted by name. */
export function machinesOf(answers: MachineAnswers, { now, silentAfterSeconds, labels }: MachineOptions): Machine[] {
  const columns = {
    build: byMachine(answers.build.toReversed()),
    cpu: byMachine(answers.cpu),
    memory: byMachine(answers.memory),
    disk: byMachine(answers.disk),
    network: byMachine(answers.network),
    pressure: byMachine(answers.pressure),
    programs: byMachine(answers.programs),
    memoryPrograms: byMachine(answers.memoryPrograms),
    sparks: byMachine(answers.sparks),
  };
  const alerts = Map.groupBy(answers.alerts, nameOf);
  const full = Map.groupBy(answers.full, nameOf);
  return [...newestByMachine(answers.seen)]
    .map(([name, seen]): Machine => {
      const lastAt = (lastValue(seen) ?? 0) * 1000;
      const state = machineState(lastAt, now, silentAfterSeconds);
      const build = columns.build.get(name)?.labels ?? {};
      const [cpuShare, memory] = [lastValue(columns.cpu.get(name)), lastValue(columns.memory.get(name))];
      return {
        name,
        state,
        lastAt,
        version: build.version ?? null,
        url: webAddressOf(build.url),
        labels: Object.fromEntries(labels.map((label) => [label, seen.labels[label] ?? ""])),
        cpu: cpuShare,
        memory,
        disk: diskOf(columns.disk.get(name), full.get(name) ?? []),
        network: lastValue(columns.network.get(name)),
        pressure: pressureOf(columns.pressure.get(name)),
        alerts: alertsOf(alerts.get(name) ?? []),
        contributor: contributorOf(
          { cpu: columns.programs.get(name), memory: columns.memoryPrograms.get(name) },
          (memory ?? 0) > (cpuShare ?? 0),
        ),
        cpuHistory: sparkOf(columns.sparks.get(name), now),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whoever may write to the engine has made it: only what leads to a page is a link. */
function webAddressOf(text: string | undefined): string | null {
  return text !== undefined && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text : null;
}

function diskOf(series: PromSeries | undefined, full: readonly PromSeries[]): Machine["disk"] {
  const used = lastValue(series);
  if (!series || used === null) return null;
  const mountpoint = series.labels.mountpoint ?? "";
  const forecast = full.find(({ labels }) => labels.system_filesystem_mountpoint === mountpoint);
  return { mountpoint, used, fullInSeconds: lastValue(forecast) };
}

function pressureOf(series: PromSeries | undefined): Machine["pressure"] {
  const share = lastValue(series);
  return share === null ? null : { resource: series?.labels.resource ?? "", share };
}

function alertsOf(series: readonly PromSeries[]): Machine["alerts"] {
  const counts = { ...NOTHING_FIRES };
  for (const one of series) {
    const severity = one.labels.severity as Severity;
    if (severity in counts) counts[severity] += lastValue(one) ?? 0;
  }
  return counts;
}

/** Whoever uses less explains nothing. */
const LEAST_CORES = 0.01;

/** Of memory where that is worse than CPU. */
function contributorOf(
  { cpu: byCpu, memory: byMemory }: Record<MachineContributor["measure"], PromSeries | undefined>,
  isMemoryWorse: boolean,
): MachineContributor | null {
  const [measure, series] = isMemoryWorse && byMemory ? (["memory", byMemory] as const) : (["cpu", byCpu] as const);
  const value = lastValue(series);
  if (!series || value === null || (measure === "cpu" && value < LEAST_CORES)) return null;
  return { program: series.labels.program ?? "", user: series.labels.user ?? "", measure, value };
}

function sparkOf(series: PromSeries | undefined, now: number): (number | null)[] {
  const end = Math.floor(now / SPARK_STEP_MS) * SPARK_STEP_MS;
  const values = new Map(series?.points.map(({ at, value }) => [at, value]));
  const spark: (number | null)[] = [];
  for (let at = end - HOUR_MS; at <= end; at += SPARK_STEP_MS) {
    const value = values.get(at) ?? Number.NaN;
    spark.push(Number.isFinite(value) ? value : null);
  }
  return spark;
}
