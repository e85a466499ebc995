/** The four charts of Overview, made from the `system` bundle. Pure. */
import { thresholdsOf } from "~/components/alerts/thresholds";
import { type ChartInput, type ChartModel, type ChartSeriesInput, prepareChart } from "~/components/charts/prepare";
import type { SystemColumns } from "~/components/live/system-columns";
import type { ListedRule } from "~/domain/alert";
import { formatText } from "~/domain/format-value";
import { reclaimableMemory } from "~/domain/memory-parts";
import { sum } from "./sums";

interface ChartContext {
  range: { from: number; to: number };
  host: { logicalCpus: number; memoryBytes: number };
  hidden: { of: (chart: string) => ReadonlySet<string> };
  rules: readonly ListedRule[];
  network: { unit: string; scale: number };
}

export interface OverviewChart {
  title: string;
  note: string;
  metric: string;
  model: ChartModel;
}

export function overviewCharts(columns: SystemColumns, { range, host, hidden, rules, network }: ChartContext): OverviewChart[] {
  const chart = (title: string, unit: string, series: ChartSeriesInput[], more: Partial<ChartInput> = {}) =>
    prepareChart({
      title,
      unit,
      times: columns.times,
      series,
      range,
      maxGapMs: columns.maxGapMs,
      hidden: hidden.of(title),
      ...more,
    });
  const cpu = (...modes: string[]) => sum(...modes.map((one) => columns.column("system.cpu.utilization", { "cpu.mode": one })));
  const memory = (state: string) => columns.column("system.memory.usage", { "system.memory.state": state });
  const disk = (direction: string) => columns.column("system.disk.io", { "disk.io.direction": direction });
  const link = (direction: string) => {
    const bytes = columns.column("system.network.io", { "network.io.direction": direction });
    return network.scale === 1 ? bytes : bytes.map((value) => (value === null ? null : value * network.scale));
  };
  const memoryLimits = thresholdsOf(rules, "system.memory.utilization", {});
  return [
    {
      title: "CPU",
      note: `% of ${host.logicalCpus} cores`,
      metric: "system.cpu.utilization",
      model: chart(
        "CPU",
        "1",
        [
          { label: "user", color: "--series-blue", values: cpu("user", "nice") },
          { label: "system", color: "--series-green", values: cpu("system", "interrupt", "softirq", "steal") },
          { label: "iowait", color: "--series-orange", values: cpu("iowait"), apart: true },
        ],
        { stacked: true, limit: 1, thresholds: thresholdsOf(rules, "system.cpu.utilization", {}) },
      ),
    },
    {
      title: "Memory",
      note: formatText(host.memoryBytes, "By"),
      metric: "system.memory.usage",
      model: chart(
        "Memory",
        "By",
        [
          { label: "used", color: "--series-pink", values: memory("used") },
          {
            label: "cache",
            color: "--series-sky",
            values: reclaimableMemory({
              used: memory("used"),
              free: memory("free"),
              utilization: columns.column("system.memory.utilization", {}),
            }),
          },
        ],
        {
          stacked: true,
          limit: host.memoryBytes,
          thresholds: memoryLimits.map((one) => ({ ...one, value: one.value * host.memoryBytes })),
        },
      ),
    },
    {
      title: "Disk I/O",
      note: "all disks",
      metric: "system.disk.io",
      model: chart("Disk I/O", "By/s", [
        { label: "read", color: "--series-green", values: disk("read") },
        { label: "write", color: "--series-orange", values: disk("write"), mirrored: true },
      ]),
    },
    {
      title: "Network",
      note: "all interfaces",
      metric: "system.network.io",
      model: chart("Network", network.unit, [
        { label: "receive", color: "--series-blue", values: link("receive") },
        { label: "transmit", color: "--series-pink", values: link("transmit"), mirrored: true },
      ]),
    },
  ];
}
