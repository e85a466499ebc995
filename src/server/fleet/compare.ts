/** One metric of all machines: how each metric is asked for, and what is made of the answer. Pure. */
import { BUILT_IN_METRICS, builtInDefinition, chartUnitOf } from "~/domain/metric";
import { titleOfMetric } from "~/domain/metric-titles";
import { prometheusNamesOf } from "../prometheus/names";
import type { PromSeries } from "./promql";
import { trafficQuery } from "./traffic";

const OURS = 'job="hostscope"';
const share = (part: string, whole: string) => `sum by (instance) (${part}) / sum by (instance) (${whole})`;

type Expression = (step: string) => string;

const rate = (name: string, step: string, more = "") => `rate(${name}{${OURS}${more}}[${step}])`;

/** What is derived on the machine itself, asked in the engine's words. */
const DERIVED: Readonly<Record<string, Expression>> = {
  "system.cpu.utilization": (step) =>
    `1 - sum by (instance) (${rate("node_cpu_seconds_total", step, ',mode=~"idle|iowait"')}) / count by (instance) (node_cpu_seconds_total{${OURS},mode="idle"})`,
  "system.memory.utilization": () =>
    `1 - ${share(`node_memory_MemAvailable_bytes{${OURS}}`, `node_memory_MemTotal_bytes{${OURS}}`)}`,
  "system.paging.utilization": () =>
    `1 - ${share(`node_memory_SwapFree_bytes{${OURS}}`, `node_memory_SwapTotal_bytes{${OURS}}`)}`,
  "system.filesystem.utilization": () =>
    `max by (instance) (1 - node_filesystem_avail_bytes{${OURS}} / (node_filesystem_size_bytes{${OURS}} - node_filesystem_free_bytes{${OURS}} + node_filesystem_avail_bytes{${OURS}}))`,
  "system.filesystem.inodes.utilization": () =>
    `max by (instance) (1 - node_filesystem_files_free{${OURS}} / node_filesystem_files{${OURS}})`,
  "system.disk.utilization": (step) => `max by (instance) (${rate("node_disk_io_time_seconds_total", step)})`,
  "system.network.io": trafficQuery,
};

/** Derived on the machine itself, of several series that no engine has. */
const NOT_COMPARABLE =
  /^(process\.|hostscope\.alert|hostscope\.machine|system\.(disk\.(await|queue_length)|network\.utilization)|container\.(cpu|memory)\.utilization|systemd\.service\.(cpu|memory)\.utilization)/;

export interface ComparableMetric {
  metric: string;
  title: string;
  unit: string;
}

export function comparableMetrics(): ComparableMetric[] {
  return BUILT_IN_METRICS.filter(({ metric }) => !NOT_COMPARABLE.test(metric)).map(({ metric }) => ({
    metric,
    title: titleOfMetric(metric).title,
    unit: chartUnitOf(metric, builtInDefinition),
  }));
}

/** Undefined for a metric that machines cannot be compared by. Counters are added up within a machine, of gauges the highest is taken. */
export function comparisonQuery(metric: string, stepMs: number): string | undefined {
  const window = `${Math.max(60, (2 * stepMs) / 1000)}s`;
  if (Object.hasOwn(DERIVED, metric)) return DERIVED[metric]?.(window);
  const definition = comparableMetrics().some((one) => one.metric === metric) ? builtInDefinition(metric) : undefined;
  if (!definition) return undefined;
  const selector = `{__name__=~"${prometheusNamesOf(metric).join("|")}",${OURS}}`;
  return definition.kind === "counter"
    ? `sum by (instance) (rate(${selector}[${window}]))`
    : `max by (instance) (last_over_time(${selector}[${window}]))`;
}

export interface Comparison {
  stepSeconds: number;
  timestamps: number[];
  /** Highest first. */
  machines: { name: string; values: (number | null)[] }[];
}

export function comparisonOf(
  series: readonly PromSeries[],
  { from, to, stepMs }: { from: number; to: number; stepMs: number },
): Comparison {
  const timestamps: number[] = [];
  for (let at = from; at <= to; at += stepMs) timestamps.push(at);
  const machines = series.map(({ labels, points }) => {
    const values = new Map(points.map(({ at, value }) => [at, value]));
    const known = timestamps.map((at) => {
      const value = values.get(at) ?? Number.NaN;
      return Number.isFinite(value) ? value : null;
    });
    return { name: labels.instance ?? "", values: known };
  });
  const peak = ({ values }: (typeof machines)[number]) => Math.max(...values.map((value) => value ?? Number.NEGATIVE_INFINITY));
  const peaks = new Map(machines.map((one) => [one, peak(one)]));
  return {
    stepSeconds: stepMs / 1000,
    timestamps,
    machines: machines.sort((a, b) => (peaks.get(b) ?? 0) - (peaks.get(a) ?? 0) || (a.name < b.name ? -1 : 1)),
  };
}
