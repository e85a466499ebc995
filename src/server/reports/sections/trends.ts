import { type Cell, change, type Prose, quantity, type Section, span } from "~/domain/report";
import { type ReportInputs, TOTAL_CPU } from "../inputs";
import { changeOf } from "../statistics";
import { statisticsRow, table } from "../tables";

const COMPARED = [
  ["CPU", "system.cpu.utilization", TOTAL_CPU],
  ["Load (15 min)", "system.cpu.load_average.15m", {}],
  ["Memory", "system.memory.utilization", {}],
  ["Swap", "system.paging.utilization", {}],
  ["CPU pressure", "system.linux.pressure.cpu.some", {}],
  ["Memory pressure", "system.linux.pressure.memory.some", {}],
  ["I/O pressure", "system.linux.pressure.io.some", {}],
  ["Disk read", "system.disk.io", { "system.device": null, "disk.io.direction": "read" }],
  ["Disk write", "system.disk.io", { "system.device": null, "disk.io.direction": "write" }],
  ["Network in", "system.network.io", { "network.interface.name": null, "network.io.direction": "receive" }],
  ["Network out", "system.network.io", { "network.interface.name": null, "network.io.direction": "transmit" }],
  ["Processes started", "system.process.created", {}],
] as const;

const TITLE = "Compared with the previous period";

/** Compares the period with the previous one of the same length; says why not when too little of that was measured. */
export function trendsSection(inputs: ReportInputs, comparison: { share: number; isFair: boolean }): Section | null {
  if (!comparison.isFair) {
    const why: Prose =
      comparison.share === 0
        ? ["there is no data for the ", span(inputs.period), " before."]
        : ["only ", quantity(comparison.share, "1"), " of the previous ", span(inputs.period), " has data."];
    return { id: "trends", title: TITLE, blocks: [{ kind: "paragraph", text: ["No comparison: ", ...why] }] };
  }
  const rows = COMPARED.flatMap(([name, metric, selection]) => statisticsRow(inputs, name, { metric, selection })).flatMap(
    ({ name, found, previous }): Cell[][] => {
      if (!previous) return [];
      const { unit } = found.series;
      return [
        [
          name,
          quantity(found.summary.mean, unit),
          quantity(previous.summary.mean, unit),
          change(changeOf(found.summary.mean, previous.summary.mean)),
          quantity(found.summary.p95, unit),
          quantity(previous.summary.p95, unit),
          change(changeOf(found.summary.p95, previous.summary.p95)),
        ],
      ];
    },
  );
  if (rows.length === 0) return null;
  const columns = ["", "mean", "previously", "change", "p95", "previous p95", "change of p95"];
  return { id: "trends", title: TITLE, blocks: [table("Mean and 95th percentile (p95)", columns, rows)] };
}
