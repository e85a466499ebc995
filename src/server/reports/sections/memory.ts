import type { HistorySeries } from "~/domain/history";
import { reclaimableMemory } from "~/domain/memory-parts";
import type { Block, Section, SeriesColor } from "~/domain/report";
import { chart } from "../chart";
import { type ReportInputs, selectSeries, thresholdOf } from "../inputs";
import { statisticsRow, statisticsTable } from "../tables";

const STATES = ["used", "cached", "buffers"];
const USAGE = "system.memory.usage";
const USED = "system.memory.utilization";
const SWAP = "system.paging.utilization";
const PAGES = "system.paging.operations";

/** Used memory and the cache beside it: they add up to all that is not free. */
function stackedParts({ current }: ReportInputs): { name: string; color: SeriesColor; series: HistorySeries }[] {
  const [used] = selectSeries(current[USAGE], { "system.memory.state": "used" });
  const [free] = selectSeries(current[USAGE], { "system.memory.state": "free" });
  const [share] = selectSeries(current[USED]);
  if (!used) return [];
  const parts: { name: string; color: SeriesColor; series: HistorySeries }[] = [{ name: "used", color: "pink", series: used }];
  if (!free || !share) return parts;
  const values = reclaimableMemory({ used: used.values, free: free.values, utilization: share.values });
  const { metric, labels, unit } = free;
  return [...parts, { name: "cache", color: "sky", series: { metric, labels, unit, values } }];
}

export function memorySection(inputs: ReportInputs): Section | null {
  const { current, host } = inputs;
  const history = current[USED];
  const rows = [
    ...statisticsRow(inputs, "used share", { metric: USED, threshold: thresholdOf(inputs, USED) }),
    ...STATES.flatMap((state) => statisticsRow(inputs, state, { metric: USAGE, selection: { "system.memory.state": state } })),
    ...statisticsRow(inputs, "swap used share", { metric: SWAP, threshold: thresholdOf(inputs, SWAP) }),
    ...statisticsRow(inputs, "swap-in, pages", { metric: PAGES, selection: { "system.paging.direction": "in" } }),
    ...statisticsRow(inputs, "swap-out, pages", { metric: PAGES, selection: { "system.paging.direction": "out" } }),
    ...statisticsRow(inputs, "memory pressure", { metric: "system.linux.pressure.memory.some" }),
  ];
  if (!history || rows.length === 0) return null;
  const blocks: (Block | null)[] = [
    chart(inputs, {
      title: "Memory used and cached",
      unit: "By",
      stacked: true,
      limit: host.memoryBytes,
      series: stackedParts(inputs),
    }),
    statisticsTable("Memory and swap", rows),
    chart(inputs, {
      title: "Swap used",
      unit: "1",
      limit: 1,
      threshold: thresholdOf(inputs, SWAP),
      series: selectSeries(current[SWAP]).map((series) => ({ name: "swap", series })),
    }),
  ];
  return { id: "memory", title: "Memory", blocks: blocks.filter((block) => block !== null) };
}
