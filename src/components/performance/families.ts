/** The charts of the Performance page: the metric of each, its place, and what its series are. Pure. */
import { chartUnit } from "~/domain/metric";
import type { Labels } from "~/domain/sample";

export const SECTIONS = [
  "CPU",
  "Memory",
  "Pressure",
  "Disk",
  "Filesystems",
  "Network",
  "Processes",
  "Containers",
  "Services",
  "Sensors",
  "Custom",
  "Hostscope",
] as const;
export type MetricSection = (typeof SECTIONS)[number];

/** How a chart differs from one line for each series of its metric. */
interface Shape {
  unit?: string;
  stacked?: true;
  /** Upper end of the scale where there is a natural one. */
  limit?: number;
  /** The labels that name a line; null leaves the series out. */
  pick?: (labels: Labels) => Labels | null;
  /** Series are drawn in this order, and no others. Values of labels, as in `colors`, `mirrored` and `apart`. */
  order?: readonly string[];
  colors?: Readonly<Record<string, string>>;
  mirrored?: readonly string[];
  /** In a stack: no part of the whole. */
  apart?: readonly string[];
  /** Draws a heat map: one row per series. */
  heat?: true;
  /** A second metric that `partsOf` needs. */
  with?: string;
  /** The metric whose rule supplies the thresholds, when it is not the chart's own. */
  thresholdOf?: { metric: string; times: "memory" };
}

export interface Family extends Shape {
  /** For addresses and preferences: the same in every language. */
  id: string;
  section: MetricSection;
  title: string;
  metric: string;
  unit: string;
  help: string;
  high: string | null;
}

/** What the catalogue says of a metric, in the language of the page. */
export interface CatalogueEntry {
  metric: string;
  unit: string;
  kind: "gauge" | "counter";
  title: string;
  high: string | null;
  help: string;
}

/** Titles of the charts that show a metric once more, in another way. */
export interface ExtraTitles {
  cores: string;
  interruptLines: string;
}

/** Only series with the label and without the others, which would be their parts; named by it alone. */
const only =
  (label: string, without: readonly string[] = []) =>
  (labels: Labels): Labels | null => {
    const value = labels[label];
    return value !== undefined && without.every((other) => labels[other] === undefined) ? { [label]: value } : null;
  };

const whole = (labels: Labels): Labels | null => (Object.keys(labels).length === 0 ? labels : null);

const directions = (
  first: string,
  second: string,
  colors: readonly [string, string],
): Pick<Shape, "order" | "colors" | "mirrored"> => ({
  order: [first, second],
  colors: { [first]: colors[0], [second]: colors[1] },
  mirrored: [second],
});

const SHAPES: Readonly<Record<string, Shape>> = {
  // The stack is what is busy; waiting for I/O is idle time.
  "system.cpu.utilization": {
    stacked: true,
    pick: (labels) => (labels["cpu.mode"] === "idle" ? null : only("cpu.mode")(labels)),
    order: ["user", "nice", "system", "interrupt", "softirq", "steal", "iowait"],
    apart: ["iowait"],
    colors: {
      user: "--series-blue",
      system: "--series-green",
      iowait: "--series-orange",
      softirq: "--series-sky",
      steal: "--series-pink",
      nice: "--series-gold",
      interrupt: "--muted",
    },
  },
  "system.cpu.interrupts": { pick: whole },
  "system.cpu.run_queue.wait_time": { unit: "{thread}" },
  "system.cpu.quota.time": { unit: "{cpu}" },
  "system.memory.usage": {
    stacked: true,
    pick: only("system.memory.state"),
    order: ["used", "cache"],
    with: "system.memory.utilization",
    colors: { used: "--series-pink", cache: "--series-sky" },
    thresholdOf: { metric: "system.memory.utilization", times: "memory" },
  },
  "system.disk.io": {
    pick: only("disk.io.direction", ["system.device"]),
    ...directions("read", "write", ["--series-green", "--series-orange"]),
  },
  // Seconds per second are operations in progress, not a share of the time.
  "system.disk.operation_time": { unit: "s/s" },
  "system.network.io": {
    pick: only("network.io.direction", ["network.interface.name"]),
    ...directions("receive", "transmit", ["--series-blue", "--series-pink"]),
  },
  "container.cpu.time": { unit: "{cpu}" },
  "systemd.service.cpu.time": { unit: "{cpu}" },
};

/** Nothing exceeds all of it. */
const BOUNDED =
  /\.utilization$|^system\.linux\.pressure\.|^hw\.battery\.charge$|^hostscope\.(process\.detail|collector\.success)$/;

/** Metrics without a chart: sizes and other constants, and what repeats another chart in a unit that says less. */
const WITHOUT_CHART =
  /\.(limit|max|commit_limit|page_size|count_max|in_total)$|^system\.(uptime|cpu\.time|cpu\.guest\.time|cpu\.(logical|physical)\.count|network\.up|entropy\.available|disk\.io_time|disk\.weighted_io_time)$/;

const BY_PREFIX: readonly [string, MetricSection][] = [
  ["system.cpu.", "CPU"],
  ["system.memory.", "Memory"],
  ["system.paging.", "Memory"],
  ["system.linux.pressure.", "Pressure"],
  ["system.disk.", "Disk"],
  ["system.filesystem.", "Filesystems"],
  ["system.network.", "Network"],
  ["system.", "Processes"],
  ["container.", "Containers"],
  ["systemd.", "Services"],
  ["hw.", "Sensors"],
  ["hostscope.", "Hostscope"],
  ["nodejs.", "Hostscope"],
];

export const CORES_ID = "system.cpu.utilization:cores";
const INTERRUPT_LINES_ID = "system.cpu.interrupts:lines";

const GROUP_FIRST = [
  "cpu.time",
  "memory.working_set",
  "memory.utilization",
  "cpu.throttled.time",
  "memory.oom_kill.count",
  "disk.io",
  "network.io",
  "cpu.utilization",
];

/** What matters stands first in its section; the rest follows as the catalogue has it. */
const FIRST: readonly string[] = [
  "system.cpu.utilization",
  CORES_ID,
  "system.cpu.load_average.1m",
  "system.cpu.run_queue.wait_time",
  "system.cpu.load_average.5m",
  "system.cpu.load_average.15m",
  "system.cpu.quota.time",
  "system.cpu.context_switches",
  "system.memory.usage",
  "system.paging.utilization",
  "system.memory.linux.oom_kill.count",
  "system.paging.operations",
  "system.memory.linux.available",
  "system.memory.linux.dirty",
  "system.paging.faults",
  "system.linux.pressure.cpu.some",
  "system.linux.pressure.memory.some",
  "system.linux.pressure.io.some",
  "system.disk.io",
  "system.disk.utilization",
  "system.disk.await",
  "system.disk.queue_length",
  "system.disk.operations",
  "system.filesystem.utilization",
  "system.filesystem.inodes.utilization",
  "system.network.io",
  "system.network.utilization",
  "system.network.tcp.retransmits",
  "system.network.packet.dropped",
  "system.network.errors",
  "system.network.connection.count",
  "system.network.tcp.opens",
  "system.process.count",
  "system.process.created",
  "system.process.blocked",
  "system.linux.kernel.event.count",
  ...GROUP_FIRST.map((name) => `container.${name}`),
  "systemd.unit.failed",
  ...GROUP_FIRST.map((name) => `systemd.service.${name}`),
  "hw.temperature",
  "hostscope.cpu.time",
  "hostscope.memory.usage",
];

function extrasOf(entry: CatalogueEntry, titles: ExtraTitles): (Shape & Pick<Family, "id" | "title">)[] {
  switch (entry.metric) {
    case "system.cpu.utilization":
      return [{ id: CORES_ID, title: titles.cores, heat: true, limit: 1, pick: only("cpu.logical_number", ["cpu.mode"]) }];
    case "system.cpu.interrupts":
      return [
        {
          id: INTERRUPT_LINES_ID,
          title: titles.interruptLines,
          pick: (labels) => (labels["system.irq"] === undefined ? null : labels),
        },
      ];
    default:
      return [];
  }
}

/** The place of each id that a list has; behind it all others. */
export function placeIn(list: readonly string[]): (one: { id: string }) => number {
  const places = new Map(list.map((id, place) => [id, place]));
  return ({ id }) => places.get(id) ?? list.length;
}

/** A chart for every metric whose values change, custom ones included. */
export function allFamilies(catalogue: readonly CatalogueEntry[], titles: ExtraTitles): Family[] {
  const families = catalogue.flatMap((entry): Family[] => {
    const { metric, title, help, high } = entry;
    if (WITHOUT_CHART.test(metric)) return [];
    const section = BY_PREFIX.find(([prefix]) => metric.startsWith(prefix))?.[1] ?? "Custom";
    const unit = chartUnit(entry);
    const bound = unit === "1" && BOUNDED.test(metric) ? { limit: 1 } : {};
    const of = { section, metric, unit, help, high };
    return [
      { id: metric, title, ...of, ...bound, ...SHAPES[metric] },
      ...extrasOf(entry, titles).map((extra) => ({ ...of, ...extra })),
    ];
  });
  const sectionPlace = (one: Family) => SECTIONS.indexOf(one.section);
  const place = placeIn(FIRST);
  return families.sort((a, b) => sectionPlace(a) - sectionPlace(b) || place(a) - place(b));
}
