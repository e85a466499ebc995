/**
 * Names of our metrics in the Prometheus world, at /metrics and in remote write: node_exporter's name where the meaning is the same, else
 * our own. One table leads both ways.
 */
import { BUILT_IN_METRICS, builtInDefinition, type DefinitionOf } from "~/domain/metric";
import type { Labels, Series } from "~/domain/sample";
import type { FamilyType } from "./family";
import { ROWS, type Row } from "./node-names";

export interface PrometheusName {
  name: string;
  type: FamilyType;
  labels: Labels;
  /** Factor from our value to the exported one. */
  scale: number;
}

/** Its series have the labels of alerts, whatever these are. */
const ALERTS = "hostscope.alert.state";

/** For metrics whose derived name would end in a suffix that Prometheus reserves, such as `_count`. */
const OWN: Readonly<Record<string, string>> = {
  "system.cpu.logical.count": "hostscope_cpu_logical_cores",
  "system.cpu.physical.count": "hostscope_cpu_physical_cores",
  "system.process.count": "hostscope_processes",
  "system.network.connection.count": "hostscope_network_connections",
  "system.network.socket.count": "hostscope_network_sockets",
  [ALERTS]: "ALERTS",
  "hostscope.contributor.cpu.utilization": "hostscope_contributor_cpu_ratio",
  "hostscope.contributor.memory.usage": "hostscope_contributor_memory_bytes",
  "hostscope.contributor.disk.io": "hostscope_contributor_disk_bytes_per_second",
  "hostscope.filesystem.full.time": "hostscope_filesystem_full_seconds",
};
const UNITS: Readonly<Record<string, string>> = {
  By: "bytes",
  KiBy: "kibibytes",
  s: "seconds",
  Hz: "hertz",
  Cel: "celsius",
  "bit/s": "bits_per_second",
};
const OUR_PREFIX = /^(system|hostscope)\./;

/** Every label that series of built-in metrics have. */
const OUR_LABELS = [
  "container.id",
  "container.name",
  "container.runtime",
  "cpu.logical_number",
  "cpu.mode",
  "disk.io.direction",
  "error.type",
  "event.type",
  "hostscope.channel",
  "hostscope.collector",
  "hostscope.machine",
  "hw.id",
  "hw.name",
  "hw.parent",
  "network.connection.state",
  "network.interface.name",
  "network.io.direction",
  "network.protocol",
  "network.socket.state",
  "network.tcp.open",
  "network.tcp.syncookie",
  "network.transport",
  "process.state",
  "program",
  "system.device",
  "system.filesystem.mode",
  "system.filesystem.mountpoint",
  "system.filesystem.state",
  "system.filesystem.type",
  "system.irq",
  "system.memory.linux.slab.state",
  "system.memory.state",
  "system.paging.direction",
  "system.paging.state",
  "system.paging.type",
  "system.softirq.type",
  "systemd.service",
  "systemd.unit",
  "user",
  "user.id",
];

function snake(text: string): string {
  const word = text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^\d/.test(word) ? `_${word}` : word;
}

/** Names come from whoever pushes metrics: `constructor` is in every object. */
function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function ownName({ metric, labels }: Series, definitionOf: DefinitionOf): PrometheusName {
  const definition = definitionOf(metric);
  const type = definition?.kind ?? "gauge";
  const isOurs = OUR_PREFIX.test(metric) || metric.startsWith("hw.");
  const unit = isOurs ? own(UNITS, definition?.unit ?? "") : undefined;
  const stem = isOurs ? `hostscope_${snake(metric.replace(OUR_PREFIX, ""))}` : `hostscope_custom_${snake(metric)}`;
  const full = own(OWN, metric) ?? stem;
  // Of what others measure, `x`, `x_sum` and `x_count` are three metrics.
  const isBuiltIn = isOurs || builtInDefinition(metric) !== undefined;
  const base = full.replace(isBuiltIn ? /_total$|_(count|sum|bucket|info)$/ : /_total$/, "");
  const name = [base, ...(unit && !base.endsWith(unit) ? [unit] : []), ...(type === "counter" ? ["total"] : [])].join("_");
  return {
    name,
    type,
    scale: 1,
    labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [snake(key) || "_", value])),
  };
}

function rowsBy(key: "metric" | "name"): ReadonlyMap<string, readonly Row[]> {
  return Map.groupBy(ROWS, (row) => row[key]);
}

const BY_METRIC = rowsBy("metric");
const BY_NAME = rowsBy("name");

/** What node_exporter calls a mode. */
const MODES = { ours: "interrupt", theirs: "irq" };

function isOf({ where = {}, without = [] }: Row, labels: Labels): boolean {
  return Object.entries(where).every(([label, value]) => labels[label] === value) && !without.some((label) => label in labels);
}

export function prometheusName(series: Series, definitionOf: DefinitionOf): PrometheusName {
  const row = BY_METRIC.get(series.metric)?.find((candidate) => isOf(candidate, series.labels));
  if (!row) return ownName(series, definitionOf);
  const labels: Record<string, string> = {};
  for (const [ours, theirs] of Object.entries(row.labels ?? {})) {
    const value = series.labels[ours];
    if (value !== undefined) labels[theirs] = ours === "cpu.mode" && value === MODES.ours ? MODES.theirs : value;
  }
  const type = row.type ?? definitionOf(series.metric)?.kind ?? "gauge";
  return { name: row.name, type, labels, scale: row.scale ?? 1 };
}

/** Every name that series of a built-in metric may have. */
export function prometheusNamesOf(metric: string): string[] {
  const rows = BY_METRIC.get(metric) ?? [];
  const hasAll = rows.some(({ where, without }) => where === undefined && without === undefined);
  const own = hasAll ? [] : [ownName({ metric, labels: {} }, builtInDefinition).name];
  return [...new Set([...rows.map(({ name }) => name), ...own])];
}

const METRICS_OF = Map.groupBy(BUILT_IN_METRICS, ({ metric }) => ownName({ metric, labels: {} }, builtInDefinition).name);

/** Our labels by what they are called at /metrics. */
const LABEL_OF = new Map(OUR_LABELS.map((label) => [snake(label), label] as const));

/** Of two metrics with one name, Hostscope's own has no labels: `hostscope_memory_usage_bytes`. */
function metricOf(name: string, labels: Labels): string | undefined {
  const found = METRICS_OF.get(name)?.map(({ metric }) => metric) ?? [];
  const isBare = !Object.keys(labels).some((label) => LABEL_OF.has(label));
  return found.length < 2 ? found[0] : found.find((metric) => metric.startsWith("hostscope.") === isBare);
}

const CUSTOM = "hostscope_custom_";

export interface OwnName extends Series {
  /** Factor from the exported value to ours. */
  scale: number;
}

/**
 * The series of ours that has this name and these labels; null for a name that is none of ours. Labels that others have added (`job`,
 * `instance`, external ones) are to be taken away before. A custom metric keeps its name at /metrics: what it was made of is lost.
 */
export function fromPrometheus(name: string, labels: Labels): OwnName | null {
  const row = BY_NAME.get(name)?.[0];
  if (row) {
    const ours: Record<string, string> = { ...row.where };
    for (const [own, theirs] of Object.entries(row.labels ?? {})) {
      const value = labels[theirs];
      if (value !== undefined) ours[own] = own === "cpu.mode" && value === MODES.theirs ? MODES.ours : value;
    }
    return { metric: row.metric, labels: ours, scale: 1 / (row.scale ?? 1) };
  }
  const metric = metricOf(name, labels) ?? (name.startsWith(CUSTOM) ? name.slice(CUSTOM.length) : undefined);
  if (metric === undefined) return null;
  // Others have added labels of their own.
  const keepsAll = builtInDefinition(metric) === undefined || metric === ALERTS;
  const renamed = Object.entries(labels).flatMap(([key, value]) => {
    const ours = LABEL_OF.get(key) ?? (keepsAll ? key : undefined);
    return ours === undefined ? [] : [[ours, value]];
  });
  return { metric, labels: Object.fromEntries(renamed) as Labels, scale: 1 };
}
