/** The numbers at the top of Overview, now or over a range that is over. Pure. */
import type { SystemColumns } from "~/components/live/system-columns";
import type { AlertAnswer } from "~/domain/alert";
import type { Labels } from "~/domain/sample";
import type { Speech } from "./finding";
import { sum, sumOrNull } from "./sums";

const TREND_POINTS = 120;

type Column = readonly (number | null)[];
type Read = (metric: string, labels?: Labels) => number | null;

export const KPI_KEYS = ["cpu", "memory", "disk", "network", "load", "pressure"] as const;
export type KpiKey = (typeof KPI_KEYS)[number];

export interface Kpi {
  key: KpiKey;
  label: string;
  /** Where the charts are that explain it. */
  path: string;
  value: number | null;
  unit: string;
  /** The number's parts, or the total it is a part of. */
  note: string;
  /** The change from an hour ago, or the peak of the range; null when that is not known. */
  change: string | null;
  color: string;
  trend: Column;
  max?: number;
}

interface Live {
  /** The newest readings. */
  current: Read;
  hourAgo: Read;
  intervalSeconds: number;
}

interface KpiContext extends Speech {
  host: { logicalCpus: number; memoryBytes: number };
  network: { unit: string; scale: number };
  column: SystemColumns["column"];
  /** Null in a range that is over: its averages are shown. */
  live: Live | null;
}

const LOAD = "system.cpu.load_average.";

const PREFIXES: readonly [prefix: string, key: KpiKey][] = [
  [LOAD, "load"],
  ["system.cpu.", "cpu"],
  ["system.memory.", "memory"],
  ["system.paging.", "memory"],
  ["system.disk.", "disk"],
  ["system.network.", "network"],
  ["system.linux.pressure.", "pressure"],
];

/** The card that an alert belongs to; null for none, such as filesystems. */
export function kpiOf({ metric }: Pick<AlertAnswer, "metric">): KpiKey | null {
  return PREFIXES.find(([prefix]) => metric.startsWith(prefix))?.[1] ?? null;
}

/** A number and its unit stay on one line. */
const unbroken = (text: string) => text.replaceAll(" ", "\u00a0");

/** "+4 points vs 1 h ago", "−1 MiB/s vs 1 h ago", "same as 1 h ago". */
export function changeText(
  { now, before }: { now: number | null; before: number | null },
  unit: string,
  { words: { kpi }, format }: Speech,
): string | null {
  if (now === null || before === null) return null;
  const difference = now - before;
  const points = Math.round(Math.abs(difference) * 100);
  const isSame = unit === "1" ? points === 0 : Math.abs(difference) <= 0.05 * Math.max(now, before);
  if (isSame) return kpi.same;
  const size = unit === "1" ? kpi.points(points) : format.text(Math.abs(difference), unit);
  return (difference > 0 ? kpi.higher : kpi.lower)(unbroken(size));
}

const known = (column: Column) => column.filter((value) => value !== null);

export function meanOf(column: Column): number | null {
  const values = known(column);
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0) / values.length;
}

/** The highest of so many equal parts each: a mean would hide a spike. */
export function thinned(column: Column, points = TREND_POINTS): Column {
  const size = Math.ceil(column.length / points);
  if (size <= 1) return column;
  return Array.from({ length: Math.ceil(column.length / size) }, (_, index) => {
    const values = known(column.slice(index * size, (index + 1) * size));
    return values.length === 0 ? null : Math.max(...values);
  });
}

const disk = (direction: string): Labels => ({ "disk.io.direction": direction });
const link = (direction: string): Labels => ({ "network.io.direction": direction });
const PRESSURES = ["cpu", "memory", "io"] as const;
const pressureOf = (one: (typeof PRESSURES)[number]) => `system.linux.pressure.${one}.some`;

export function kpis(context: KpiContext): Kpi[] {
  const { host, network, column, live, words, format } = context;
  const { kpi } = words;
  /** One series: its newest reading, or its mean over the range. */
  const read: Read = (metric, labels) => (live ? live.current(metric, labels) : meanOf(column(metric, labels)));
  const text = (value: number | null, unit: string) => unbroken(format.text(value, unit));
  const inNetworkUnit = (direction: string) => {
    const bytes = read("system.network.io", link(direction));
    return text(bytes === null ? null : bytes * network.scale, network.unit);
  };
  const figure = (values: Column, of: (from: Read) => number | null, unit: string) => {
    const peak = Math.max(...known(values));
    const then = { value: meanOf(values), change: Number.isFinite(peak) ? kpi.peak(text(peak, unit)) : null };
    const now = live && {
      value: of(live.current),
      change: changeText({ now: of(live.current), before: of(live.hourAgo) }, unit, context),
    };
    return { ...(now ?? then), unit, trend: thinned(values) };
  };
  const share = (metric: string) => ({ ...figure(column(metric), (from) => from(metric), "1"), max: 1 });
  const io = sum(column("system.disk.io", disk("read")), column("system.disk.io", disk("write")));
  const traffic = sum(column("system.network.io", link("receive")), column("system.network.io", link("transmit")));
  const [cpuPressure, memoryPressure, ioPressure] = PRESSURES.map((one) => read(pressureOf(one)));
  const worst = PRESSURES.reduce((a, b) => ((read(pressureOf(b)) ?? -1) > (read(pressureOf(a)) ?? -1) ? b : a));
  return [
    {
      key: "cpu",
      label: kpi.cpu,
      path: "/performance?find=system.cpu.utilization",
      ...share("system.cpu.utilization"),
      note: kpi.iowait(text(read("system.cpu.utilization", { "cpu.mode": "iowait" }), "1")),
      color: "--series-blue",
    },
    {
      key: "memory",
      label: kpi.memory,
      path: "/performance?find=system.memory",
      ...share("system.memory.utilization"),
      note: kpi.of(text(read("system.memory.usage", { "system.memory.state": "used" }), "By"), text(host.memoryBytes, "By")),
      color: "--series-pink",
    },
    {
      key: "disk",
      label: kpi.disk,
      path: "/performance?find=system.disk",
      ...figure(io, (from) => sumOrNull(from("system.disk.io", disk("read")), from("system.disk.io", disk("write"))), "By/s"),
      note: kpi.readWrite(
        text(read("system.disk.io", disk("read")), "By/s"),
        text(read("system.disk.io", disk("write")), "By/s"),
      ),
      color: "--series-orange",
    },
    {
      key: "network",
      label: kpi.network,
      path: "/network",
      ...figure(
        traffic.map((bytes) => (bytes === null ? null : bytes * network.scale)),
        (from) => {
          const bytes = sumOrNull(from("system.network.io", link("receive")), from("system.network.io", link("transmit")));
          return bytes === null ? null : bytes * network.scale;
        },
        network.unit,
      ),
      note: `↓\u00a0${inNetworkUnit("receive")} ↑\u00a0${inNetworkUnit("transmit")}`,
      color: "--series-green",
    },
    loadKpi(
      context,
      figure(column(`${LOAD}1m`), (from) => from(`${LOAD}1m`), "{thread}"),
    ),
    {
      key: "pressure",
      label: live ? kpi.pressure(unbroken(format.duration(live.intervalSeconds))) : kpi.pressureMean,
      path: "/performance?find=system.linux.pressure",
      ...share(pressureOf(worst)),
      note:
        read(pressureOf(worst)) === null
          ? kpi.noPressure
          : kpi.pressureNote(text(cpuPressure ?? null, "1"), text(memoryPressure ?? null, "1"), text(ioPressure ?? null, "1")),
      color: "--series-gold",
    },
  ];
}

/** The average of one minute is the nearest to now. The system bundle has no other. */
function loadKpi(
  { host, live, words: { kpi }, format }: KpiContext,
  figure: Pick<Kpi, "value" | "unit" | "change" | "trend">,
): Kpi {
  const { value } = figure;
  const perCore = format.text(value === null ? null : value / host.logicalCpus, "{thread}");
  return {
    key: "load",
    label: live ? kpi.load : kpi.loadMean,
    path: "/performance?find=system.cpu.load_average",
    ...figure,
    note: live ? kpi.loadNote(format.text(live.current(`${LOAD}15m`), "{thread}"), perCore) : kpi.perCore(perCore),
    color: "--series-sky",
  };
}
