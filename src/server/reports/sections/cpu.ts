import type { Block, Section, SeriesColor } from "~/domain/report";
import { chart } from "../chart";
import { CPU_MODES, measuredBy, type ReportInputs, selectSeries, TOTAL_CPU, thresholdOf } from "../inputs";
import { statisticsRow, statisticsTable } from "../tables";

const COLORS: Readonly<Record<(typeof CPU_MODES)[number], SeriesColor>> = {
  user: "blue",
  system: "green",
  iowait: "orange",
  softirq: "sky",
  steal: "pink",
  nice: "gold",
};
const BUSY = "system.cpu.utilization";
const LOAD = "system.cpu.load_average.15m";
const LOAD_NOW = "system.cpu.load_average.1m";
const WAITING = "system.linux.pressure.cpu.some";

export function cpuSection(inputs: ReportInputs): Section | null {
  const { current } = inputs;
  const history = current[BUSY];
  const rows = [
    ...statisticsRow(inputs, "total", { metric: BUSY, selection: TOTAL_CPU, threshold: thresholdOf(inputs, BUSY) }),
    ...CPU_MODES.flatMap((mode) =>
      statisticsRow(inputs, mode, { metric: BUSY, selection: { "cpu.mode": mode, "cpu.logical_number": null } }),
    ),
    ...statisticsRow(inputs, "load, 1 min", { metric: LOAD_NOW }),
    ...statisticsRow(inputs, "load, 15 min", { metric: LOAD, threshold: thresholdOf(inputs, LOAD) }),
    ...statisticsRow(inputs, "CPU pressure", { metric: WAITING }),
  ];
  if (!history || rows.length === 0) return null;
  const cores = measuredBy(history, "cpu.logical_number")
    .sort((a, b) => b.summary.p95 - a.summary.p95)
    .flatMap(({ name }) => statisticsRow(inputs, `core ${name}`, { metric: BUSY, selection: { "cpu.logical_number": name } }));
  const blocks: (Block | null)[] = [
    chart(inputs, {
      title: "CPU by mode",
      unit: "1",
      stacked: true,
      limit: 1,
      threshold: thresholdOf(inputs, BUSY),
      series: CPU_MODES.flatMap((mode) =>
        selectSeries(history, { "cpu.mode": mode, "cpu.logical_number": null }).map((series) => ({
          name: mode,
          color: COLORS[mode],
          series,
        })),
      ),
    }),
    statisticsTable("CPU and load", rows),
    chart(inputs, {
      title: "Load average, 15 min",
      unit: "{thread}",
      threshold: thresholdOf(inputs, LOAD),
      series: selectSeries(current[LOAD]).map((series) => ({ name: "load", series })),
    }),
    cores.length > 1 ? statisticsTable("Cores, busiest first", cores) : null,
  ];
  return { id: "cpu", title: "CPU", blocks: blocks.filter((block) => block !== null) };
}
