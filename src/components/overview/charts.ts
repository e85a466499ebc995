/** The four charts of Overview, made from the `system` bundle. Pure. */
import { thresholdsOf } from "~/components/alerts/thresholds";
import { type ChartInput, type ChartModel, type ChartSeriesInput, prepareChart } from "~/components/charts/prepare";
import type { LiveStore } from "~/components/live/live-store";
import { newestColumns, type SystemColumns } from "~/components/live/system-columns";
import type { ListedRule } from "~/domain/alert";
import { reclaimableMemory } from "~/domain/memory-parts";
import type { Speech } from "./finding";
import { sum } from "./sums";

const NOTHING: ReadonlySet<string> = new Set();

interface ChartContext extends Speech {
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

/** The newest readings of all series of the charts, each under the chart's title and its own label. */
export function newestReadings(store: LiveStore, context: Omit<ChartContext, "range" | "hidden">): Map<string, number | null> {
  const hidden = { of: () => NOTHING };
  const charts = overviewCharts(newestColumns(store), { ...context, range: { from: 0, to: 0 }, hidden });
  return new Map(
    charts.flatMap(({ title, model }) =>
      model.kind === "lines" ? model.series.map(({ label, raw }) => [seriesOf(title, label), raw[0] ?? null] as const) : [],
    ),
  );
}

export const seriesOf = (title: string, label: string): string => `${title}: ${label}`;

export function overviewCharts(
  columns: SystemColumns,
  { range, host, hidden, rules, network, words, format }: ChartContext,
): OverviewChart[] {
  const text = words.chart;
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
      title: text.cpu,
      note: text.cores(host.logicalCpus),
      metric: "system.cpu.utilization",
      model: chart(
        text.cpu,
        "1",
        [
          { label: text.user, color: "--series-blue", values: cpu("user", "nice") },
          { label: text.system, color: "--series-green", values: cpu("system", "interrupt", "softirq", "steal") },
          { label: text.iowait, color: "--series-orange", values: cpu("iowait"), apart: true },
        ],
        { stacked: true, limit: 1, thresholds: thresholdsOf(rules, "system.cpu.utilization", {}) },
      ),
    },
    {
      title: text.memory,
      note: format.text(host.memoryBytes, "By"),
      metric: "system.memory.usage",
      model: chart(
        text.memory,
        "By",
        [
          { label: text.used, color: "--series-pink", values: memory("used") },
          {
            label: text.cache,
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
      title: text.disk,
      note: text.allDisks,
      metric: "system.disk.io",
      model: chart(text.disk, "By/s", [
        { label: text.read, color: "--series-green", values: disk("read") },
        { label: text.write, color: "--series-orange", values: disk("write"), mirrored: true },
      ]),
    },
    {
      title: text.network,
      note: text.interfaces,
      metric: "system.network.io",
      model: chart(text.network, network.unit, [
        { label: text.receive, color: "--series-blue", values: link("receive") },
        { label: text.transmit, color: "--series-pink", values: link("transmit"), mirrored: true },
      ]),
    },
  ];
}
