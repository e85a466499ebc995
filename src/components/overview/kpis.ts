/** The numbers at the top of Overview, with their severity and the change against an hour ago. Pure. */
import { severityBeyond, thresholdsOf } from "~/components/alerts/thresholds";
import type { LiveStore } from "~/components/live/live-store";
import { columnsOf } from "~/components/live/system-columns";
import type { ListedRule, Severity } from "~/domain/alert";
import { formatText } from "~/domain/format-value";
import type { HistorySeries } from "~/domain/history";
import type { Labels } from "~/domain/sample";
import { sum, sumOrNull } from "./sums";

const SPARK_POINTS = 120;

/** The `system` bundle at an earlier moment. */
export type Past = readonly HistorySeries[];

export interface Kpi {
  label: string;
  value: number | null;
  unit: string;
  /** The number's parts, or the total it is a part of. */
  note: string;
  /** Change against an hour ago; null when there is no reading from then. */
  change: string | null;
  severity: Severity | null;
  color: string;
  values: readonly (number | null)[];
  max?: number;
}

interface KpiContext {
  host: { logicalCpus: number; memoryBytes: number };
  past: Past;
  rules: readonly ListedRule[];
  network: { unit: string; scale: number };
}

/** "+4 points", "2.3 times as much", "the same". */
export function changeText(now: number | null, before: number | null, unit: string): string | null {
  if (now === null || before === null) return null;
  if (unit === "1") {
    const points = Math.round((now - before) * 100);
    return points === 0 ? "as an hour ago" : `${points > 0 ? "+" : "−"}${Math.abs(points)} over an hour ago`;
  }
  const difference = now - before;
  if (Math.abs(difference) <= 0.05 * Math.max(now, before)) return "as an hour ago";
  return `${difference > 0 ? "+" : "−"}${formatText(Math.abs(difference), unit)} over an hour ago`;
}

type Read = (metric: string, labels?: Labels) => number | null;

const disk = (direction: string): Labels => ({ "disk.io.direction": direction });
const link = (direction: string): Labels => ({ "network.io.direction": direction });
const PRESSURES = ["cpu", "memory", "io"] as const;

export function kpis(store: LiveStore, { host, past, rules, network }: KpiContext): Kpi[] {
  const columns = columnsOf(past);
  const now: Read = (metric, labels) => store.current(metric, labels);
  const before: Read = (metric, labels) => columns(metric, labels)[0] ?? null;
  const tail = (metric: string, labels?: Labels) => store.column(metric, labels).slice(-SPARK_POINTS);
  const judged = (metric: string, value: number | null) => severityBeyond(value, thresholdsOf(rules, metric, {}));
  const scaled = (values: readonly (number | null)[]) => values.map((value) => (value === null ? null : value * network.scale));
  const traffic = (read: Read) => {
    const total = sumOrNull(read("system.network.io", link("receive")), read("system.network.io", link("transmit")));
    return total === null ? null : total * network.scale;
  };
  const io = (read: Read) => sumOrNull(read("system.disk.io", disk("read")), read("system.disk.io", disk("write")));
  const inNetworkUnit = (bytes: number | null) => formatText(bytes === null ? null : bytes * network.scale, network.unit);
  const load = now("system.cpu.load_average.1m");
  const pressures = PRESSURES.map((one) => ({ one, value: now(`system.linux.pressure.${one}.some`) }));
  const worst = pressures.reduce((a, b) => ((b.value ?? -1) > (a.value ?? -1) ? b : a));
  const simple = (metric: string) => ({
    value: now(metric),
    unit: "1",
    change: changeText(now(metric), before(metric), "1"),
    severity: judged(metric, now(metric)),
    values: tail(metric),
    max: 1,
  });
  return [
    {
      label: "CPU",
      ...simple("system.cpu.utilization"),
      note: `${formatText(now("system.cpu.utilization", { "cpu.mode": "iowait" }), "1")} waiting for I/O`,
      color: "--series-blue",
    },
    {
      label: "Memory",
      ...simple("system.memory.utilization"),
      note: `${formatText(now("system.memory.usage", { "system.memory.state": "used" }), "By")} of ${formatText(host.memoryBytes, "By")}`,
      color: "--series-pink",
    },
    {
      label: "Disk I/O",
      value: io(now),
      unit: "By/s",
      note: `read ${formatText(now("system.disk.io", disk("read")), "By/s")}, write ${formatText(now("system.disk.io", disk("write")), "By/s")}`,
      change: changeText(io(now), io(before), "By/s"),
      severity: null,
      color: "--series-orange",
      values: sum(tail("system.disk.io", disk("read")), tail("system.disk.io", disk("write"))),
    },
    {
      label: "Network",
      value: traffic(now),
      unit: network.unit,
      note: `↓ ${inNetworkUnit(now("system.network.io", link("receive")))} ↑ ${inNetworkUnit(now("system.network.io", link("transmit")))}`,
      change: changeText(traffic(now), traffic(before), network.unit),
      severity: null,
      color: "--series-green",
      values: scaled(sum(tail("system.network.io", link("receive")), tail("system.network.io", link("transmit")))),
    },
    {
      label: "Load",
      value: load,
      unit: "{thread}",
      note: `${formatText(load === null ? null : load / host.logicalCpus, "{thread}")} per core`,
      change: changeText(load, before("system.cpu.load_average.1m"), "{thread}"),
      severity: judged("system.cpu.load_average.15m", now("system.cpu.load_average.15m")),
      color: "--series-sky",
      values: tail("system.cpu.load_average.1m"),
    },
    {
      label: "Pressure",
      value: worst.value,
      unit: "1",
      note:
        worst.value === null
          ? "not told by this kernel"
          : pressures
              .map(({ one, value }) => `${one === "io" ? "I/O" : one === "cpu" ? "CPU" : one} ${formatText(value, "1")}`)
              .join(", "),
      change: changeText(worst.value, before(`system.linux.pressure.${worst.one}.some`), "1"),
      severity: judged(`system.linux.pressure.${worst.one}.some`, worst.value),
      color: "--series-gold",
      values: tail(`system.linux.pressure.${worst.one}.some`),
      max: 1,
    },
  ];
}
