/** The charts of the Performance page: which history each asks for, and how its series are named and coloured. Pure. */
import type { ChartSeriesInput } from "~/components/charts/prepare";
import type { HistorySeries } from "~/domain/history";

const PALETTE = ["--series-blue", "--series-orange", "--series-green", "--series-pink", "--series-gold", "--series-sky"];
/** More lines than colours cannot be told apart. */
const MAX_SERIES = 6;

export interface Family {
  title: string;
  metric: string;
  unit: string;
  stacked?: boolean;
  /** Upper end of the scale where there is a natural one. */
  limit?: number;
  /** Null leaves a series out. The order of names is the order of drawing. */
  name: (labels: Readonly<Record<string, string>>) => string | null;
  order?: readonly string[];
  colors?: Readonly<Record<string, string>>;
  mirrored?: readonly string[];
}

const only =
  (label: string, without: readonly string[] = []) =>
  (labels: Readonly<Record<string, string>>) =>
    labels[label] !== undefined && without.every((other) => labels[other] === undefined) ? (labels[label] ?? null) : null;

export const FAMILIES: readonly Family[] = [
  {
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
      interrupt: "--series-gold",
    },
  },
  {
    title: "CPU by core",
    metric: "system.cpu.utilization",
    unit: "1",
    limit: 1,
    name: (labels) => (labels["cpu.logical_number"] === undefined ? null : `core ${labels["cpu.logical_number"]}`),
  },
  { title: "Load, 1 minute", metric: "system.cpu.load_average.1m", unit: "{thread}", name: () => "load" },
  {
    title: "Memory",
    metric: "system.memory.usage",
    unit: "By",
    stacked: true,
    name: (labels) => (labels["system.memory.state"] === "free" ? null : (labels["system.memory.state"] ?? null)),
    order: ["used", "cached", "buffers"],
    colors: { used: "--series-pink", cached: "--series-sky", buffers: "--series-gold" },
  },
  { title: "Swap in use", metric: "system.paging.utilization", unit: "1", limit: 1, name: () => "swap" },
  { title: "Pressure: waiting for CPU", metric: "system.linux.pressure.cpu.some", unit: "1", limit: 1, name: () => "some" },
  { title: "Pressure: waiting for memory", metric: "system.linux.pressure.memory.some", unit: "1", limit: 1, name: () => "some" },
  { title: "Pressure: waiting for I/O", metric: "system.linux.pressure.io.some", unit: "1", limit: 1, name: () => "some" },
  {
    title: "Disk I/O",
    metric: "system.disk.io",
    unit: "By/s",
    name: only("disk.io.direction", ["system.device"]),
    order: ["read", "write"],
    colors: { read: "--series-green", write: "--series-orange" },
    mirrored: ["write"],
  },
  { title: "Disk busy", metric: "system.disk.utilization", unit: "1", limit: 1, name: only("system.device") },
  {
    title: "Disk: time of an operation",
    metric: "system.disk.await",
    unit: "s",
    name: (labels) => `${labels["system.device"]} ${labels["disk.io.direction"]}`,
  },
  {
    title: "Filesystems",
    metric: "system.filesystem.utilization",
    unit: "1",
    limit: 1,
    name: only("system.filesystem.mountpoint"),
  },
  {
    title: "Network",
    metric: "system.network.io",
    unit: "By/s",
    name: only("network.io.direction", ["network.interface.name"]),
    order: ["receive", "transmit"],
    colors: { receive: "--series-blue", transmit: "--series-pink" },
    mirrored: ["transmit"],
  },
  { title: "TCP segments sent again", metric: "system.network.tcp.retransmits", unit: "{segment}/s", name: () => "retransmits" },
  { title: "Processes by state", metric: "system.process.count", unit: "{process}", name: only("process.state") },
  { title: "Processes created", metric: "system.process.created", unit: "{process}/s", name: () => "created" },
  { title: "Context switches", metric: "system.cpu.context_switches", unit: "{switch}/s", name: () => "switches" },
  {
    title: "Temperature",
    metric: "hw.temperature",
    unit: "Cel",
    name: (labels) => `${labels["hw.parent"]} ${labels["hw.name"]}`,
  },
  { title: "Hostscope's own CPU", metric: "hostscope.cpu.time", unit: "1", name: () => "cores" },
];

export interface FamilySeries {
  series: ChartSeriesInput[];
  /** Series that were left out because there are too many. */
  hidden: number;
}

/** A family's series as a chart wants them: in order, with a colour each, the largest when there are too many. */
export function seriesOfFamily(family: Family, all: readonly HistorySeries[]): FamilySeries {
  const named = all.flatMap((one) => {
    const label = family.name(one.labels);
    return label === null || one.values.every((value) => value === null) ? [] : [{ label, one }];
  });
  const place = (label: string) => {
    const index = family.order?.indexOf(label) ?? -1;
    return index < 0 ? Number.POSITIVE_INFINITY : index;
  };
  const peak = ({ values }: HistorySeries) => Math.max(0, ...values.map((value) => value ?? 0));
  const ordered = family.order
    ? named.sort((a, b) => place(a.label) - place(b.label))
    : named.sort((a, b) => peak(b.one) - peak(a.one) || a.label.localeCompare(b.label));
  const limit = family.order ? family.order.length : MAX_SERIES;
  const series = ordered.slice(0, limit).map(({ label, one }, index) => ({
    label,
    color: family.colors?.[label] ?? (PALETTE[index % PALETTE.length] as string),
    values: one.values,
    mirrored: family.mirrored?.includes(label) ?? false,
    min: one.min,
    max: one.max,
  }));
  return { series, hidden: Math.max(0, ordered.length - limit) };
}
