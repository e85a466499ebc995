/** The charts of the Performance page: the metric of each, and the names and colours of its series. Pure. */
import { chartUnit } from "~/domain/metric";
import { shownUnitName } from "~/domain/unit-name";

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

export interface Family {
  section: MetricSection;
  title: string;
  metric: string;
  unit: string;
  stacked?: boolean;
  /** Upper end of the scale where there is a natural one. */
  limit?: number;
  /** Null drops a series. Series are drawn in the order of `order`. */
  name: (labels: Readonly<Record<string, string>>) => string | null;
  order?: readonly string[];
  colors?: Readonly<Record<string, string>>;
  mirrored?: readonly string[];
  /** Draws a heat map: one row per series. */
  heat?: true;
  /** A second metric that `partsOf` needs. */
  with?: string;
  /** The metric whose rule supplies the thresholds, when it is not the chart's own. */
  thresholdOf?: { metric: string; times: "memory" };
}

const only =
  (label: string, without: readonly string[] = []) =>
  (labels: Readonly<Record<string, string>>) =>
    labels[label] !== undefined && without.every((other) => labels[other] === undefined) ? (labels[label] ?? null) : null;

/** `docker 3f2a91c07d44`, `nginx.service`. */
function groupName(labels: Readonly<Record<string, string>>): string {
  const container = labels["container.name"] ?? labels["container.id"];
  return container === undefined ? shownUnitName(labels["systemd.unit"] ?? "") : `${labels["container.runtime"]} ${container}`;
}

/** All labels, those of a container or unit as one name. */
function labelsText(labels: Readonly<Record<string, string>>): string {
  const { "container.id": id, "container.name": name, "container.runtime": _runtime, "systemd.unit": unit, ...others } = labels;
  const isGroup = id !== undefined || name !== undefined || unit !== undefined;
  return [...(isGroup ? [groupName(labels)] : []), ...Object.values(others)].join(" ");
}

/** The charts of a container or a service: CPU in cores, memory, use of its limits, I/O. */
function groupFamilies(section: MetricSection, prefix: string, title: string): Family[] {
  return [
    { section, title: `${title}: CPU, 100 % is one core`, metric: `${prefix}.cpu.time`, unit: "1", name: groupName },
    { section, title: `${title}: memory`, metric: `${prefix}.memory.working_set`, unit: "By", name: groupName },
    {
      section,
      title: `${title}: share of the memory limit`,
      metric: `${prefix}.memory.utilization`,
      unit: "1",
      limit: 1,
      name: groupName,
    },
    { section, title: `${title}: held up by the CPU quota`, metric: `${prefix}.cpu.throttled.time`, unit: "1", name: groupName },
    {
      section,
      title: `${title}: disk I/O`,
      metric: `${prefix}.disk.io`,
      unit: "By/s",
      name: (labels) => `${groupName(labels)} ${labels["disk.io.direction"]}`,
    },
  ];
}

const FAMILIES: readonly Family[] = [
  {
    section: "CPU",
    title: "CPU by mode",
    metric: "system.cpu.utilization",
    unit: "1",
    stacked: true,
    limit: 1,
    name: (labels) => (labels["cpu.mode"] === "idle" ? null : (labels["cpu.mode"] ?? null)),
    order: ["user", "nice", "system", "interrupt", "softirq", "steal", "iowait"],
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
  {
    section: "CPU",
    title: "CPU by core",
    metric: "system.cpu.utilization",
    unit: "1",
    limit: 1,
    heat: true,
    name: (labels) => (labels["cpu.logical_number"] === undefined ? null : `core ${labels["cpu.logical_number"]}`),
  },
  { section: "CPU", title: "Load, 1 minute", metric: "system.cpu.load_average.1m", unit: "{thread}", name: () => "load" },
  {
    section: "Memory",
    title: "Memory",
    metric: "system.memory.usage",
    unit: "By",
    stacked: true,
    name: ({ "system.memory.state": state = "" }) => (state === "used" || state === "cache" ? state : null),
    order: ["used", "cache"],
    with: "system.memory.utilization",
    colors: { used: "--series-pink", cache: "--series-sky" },
    thresholdOf: { metric: "system.memory.utilization", times: "memory" },
  },
  { section: "Memory", title: "Swap in use", metric: "system.paging.utilization", unit: "1", limit: 1, name: () => "swap" },
  {
    section: "Pressure",
    title: "Pressure: waiting for CPU",
    metric: "system.linux.pressure.cpu.some",
    unit: "1",
    limit: 1,
    name: () => "some",
  },
  {
    section: "Pressure",
    title: "Pressure: waiting for memory",
    metric: "system.linux.pressure.memory.some",
    unit: "1",
    limit: 1,
    name: () => "some",
  },
  {
    section: "Pressure",
    title: "Pressure: waiting for I/O",
    metric: "system.linux.pressure.io.some",
    unit: "1",
    limit: 1,
    name: () => "some",
  },
  {
    section: "Disk",
    title: "Disk I/O",
    metric: "system.disk.io",
    unit: "By/s",
    name: only("disk.io.direction", ["system.device"]),
    order: ["read", "write"],
    colors: { read: "--series-green", write: "--series-orange" },
    mirrored: ["write"],
  },
  { section: "Disk", title: "Disk busy", metric: "system.disk.utilization", unit: "1", limit: 1, name: only("system.device") },
  {
    section: "Disk",
    title: "Disk: time of an operation",
    metric: "system.disk.await",
    unit: "s",
    name: (labels) => `${labels["system.device"]} ${labels["disk.io.direction"]}`,
  },
  {
    section: "Filesystems",
    title: "Filesystems",
    metric: "system.filesystem.utilization",
    unit: "1",
    limit: 1,
    name: only("system.filesystem.mountpoint"),
  },
  {
    section: "Network",
    title: "Network",
    metric: "system.network.io",
    unit: "By/s",
    name: only("network.io.direction", ["network.interface.name"]),
    order: ["receive", "transmit"],
    colors: { receive: "--series-blue", transmit: "--series-pink" },
    mirrored: ["transmit"],
  },
  {
    section: "Network",
    title: "TCP segments sent again",
    metric: "system.network.tcp.retransmits",
    unit: "{segment}/s",
    name: () => "retransmits",
  },
  {
    section: "Processes",
    title: "Processes by state",
    metric: "system.process.count",
    unit: "{process}",
    name: only("process.state"),
  },
  {
    section: "Processes",
    title: "Processes created",
    metric: "system.process.created",
    unit: "{process}/s",
    name: () => "created",
  },
  {
    section: "CPU",
    title: "Context switches",
    metric: "system.cpu.context_switches",
    unit: "{switch}/s",
    name: () => "switches",
  },
  ...groupFamilies("Containers", "container", "Containers"),
  {
    section: "Containers",
    title: "Containers: network",
    metric: "container.network.io",
    unit: "By/s",
    name: (labels) => `${groupName(labels)} ${labels["network.io.direction"]}`,
  },
  ...groupFamilies("Services", "systemd.service", "Services"),
  {
    section: "Sensors",
    title: "Temperature",
    metric: "hw.temperature",
    unit: "Cel",
    name: (labels) => `${labels["hw.parent"]} ${labels["hw.name"]}`,
  },
  { section: "Hostscope", title: "Hostscope's own CPU", metric: "hostscope.cpu.time", unit: "1", name: () => "cores" },
];

/** Metrics without a chart: sizes and other constants, and CPU time, which repeats the utilization. */
const CONSTANT =
  /\.(limit|max|commit_limit|page_size|count_max)$|^system\.(uptime|cpu\.time|cpu\.guest\.time|cpu\.(logical|physical)\.count|network\.up|entropy\.available)$/;

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
  ["systemd.service.", "Services"],
  ["hw.", "Sensors"],
  ["hostscope.", "Hostscope"],
];

interface CatalogueEntry {
  metric: string;
  unit: string;
  kind: "gauge" | "counter";
  help: string;
}

/** Turns "memory linux dirty" into "Memory: linux dirty". */
function titleOf(metric: string): string {
  const words = metric
    .replace(/^(system|hw)\./, "")
    .replace(/^linux\./, "")
    .split(".");
  const [first = "", ...rest] = words.map((word) => word.replaceAll("_", " "));
  const head = /^(cpu|tcp|udp|icmp|ip|hw)$/.test(first) ? first.toUpperCase() : first.charAt(0).toUpperCase() + first.slice(1);
  return rest.length === 0
    ? head
    : `${head}: ${rest.join(" ").replace(/\b(cpu|tcp|udp|icmp|ip|io)\b/g, (word) => word.toUpperCase())}`;
}

/** A chart for every metric without one above, and for each custom metric. */
export function allFamilies(catalogue: readonly CatalogueEntry[]): Family[] {
  const drawn = new Set(FAMILIES.map(({ metric }) => metric));
  const others = catalogue.flatMap((entry): Family[] => {
    const { metric } = entry;
    if (drawn.has(metric) || CONSTANT.test(metric)) return [];
    const section = BY_PREFIX.find(([prefix]) => metric.startsWith(prefix))?.[1] ?? "Custom";
    const unit = chartUnit(entry);
    return [
      {
        section,
        title: section === "Custom" ? metric : titleOf(metric),
        metric,
        unit,
        name: (labels) => labelsText(labels) || (metric.split(".").at(-1) ?? metric).replaceAll("_", " "),
      },
    ];
  });
  const order = (one: Family) => SECTIONS.indexOf(one.section);
  return [...FAMILIES, ...others].sort((a, b) => order(a) - order(b));
}
