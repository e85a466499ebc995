import type { Series } from "./sample";

/** Metrics of the bundle `system`. A label with the value null must be absent. */
export const SYSTEM_BUNDLE: readonly { metric: string; labels?: Readonly<Record<string, string | null>> }[] = [
  { metric: "system.cpu.utilization", labels: { "cpu.logical_number": null } },
  { metric: "system.cpu.load_average.1m" },
  { metric: "system.memory.usage" },
  { metric: "system.memory.utilization" },
  { metric: "system.paging.utilization" },
  { metric: "system.disk.io", labels: { "system.device": null } },
  { metric: "system.filesystem.usage", labels: { "system.filesystem.state": "free" } },
  { metric: "system.filesystem.utilization" },
  { metric: "system.network.io", labels: { "network.interface.name": null } },
  { metric: "system.linux.pressure.cpu.some" },
  { metric: "system.linux.pressure.memory.some" },
  { metric: "system.linux.pressure.io.some" },
];

export function inSystemBundle({ metric, labels }: Series): boolean {
  return SYSTEM_BUNDLE.some(
    (one) =>
      one.metric === metric &&
      Object.entries(one.labels ?? {}).every(([name, value]) => (value === null ? !(name in labels) : labels[name] === value)),
  );
}

/** Metrics of the bundle `processes`. */
export const PROCESS_BUNDLE = [
  "system.process.count",
  "system.process.created",
  "system.process.runnable",
  "system.process.blocked",
  "system.thread.count",
] as const;

export const AGGREGATES = ["avg", "min", "max", "last"] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** What the readings of a step become. Their sum is of use where they are parts, such as intervals. */
export type Reduction = Aggregate | "sum";

export interface HistorySeries {
  metric: string;
  labels: Readonly<Record<string, string>>;
  /** What is known of the series beside its labels, and may change. */
  attributes?: Readonly<Record<string, string>>;
  unit: string;
  /** One per timestamp; null where there is no reading. */
  values: (number | null)[];
  /** Extremes of each step, if a step covers more than one reading. */
  min?: (number | null)[];
  max?: (number | null)[];
}

/** True when a reading is other than zero. */
export const hasValue = ({ values, min = [], max = [] }: Pick<HistorySeries, "values" | "min" | "max">): boolean =>
  [values, min, max].some((column) => column.some((value) => value !== null && value !== 0));

/** A history whose numbers are JSON already: making it of hundreds of thousands of them would hold up whoever does it. */
export interface EncodedHistory extends Omit<History, "series"> {
  series: (Omit<HistorySeries, "values" | "min" | "max"> & {
    /** `"values":[1,null],"min":...` */
    encoded: string;
  })[];
}

export function encodeSeries({ values, min, max, ...one }: HistorySeries): EncodedHistory["series"][number] {
  return { ...one, encoded: JSON.stringify({ values, min, max }).slice(1, -1) };
}

export interface History {
  name: string;
  /** Epoch milliseconds. */
  from: number;
  to: number;
  stepSeconds: number;
  /** Resolution of the stored data that the answer was made from. */
  resolutionSeconds: number;
  timestamps: number[];
  series: HistorySeries[];
  /** Series with readings that a limit left out. */
  omitted: number;
}
