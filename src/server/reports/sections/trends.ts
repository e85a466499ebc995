import type { Section } from "~/domain/report";
import { type Cell, quantity } from "~/domain/report";
import { type ReportInputs, TOTAL_CPU } from "../inputs";
import { changeOf } from "../statistics";
import { statisticsRow, table } from "../tables";

const COMPARED = [
  ["CPU busy", "system.cpu.utilization", TOTAL_CPU],
  ["Load", "system.cpu.load_average.1m", {}],
  ["Memory used", "system.memory.utilization", {}],
  ["Swap used", "system.paging.utilization", {}],
  ["Waiting for CPU", "system.linux.pressure.cpu.some", {}],
  ["Waiting for memory", "system.linux.pressure.memory.some", {}],
  ["Waiting for I/O", "system.linux.pressure.io.some", {}],
  ["Disk read", "system.disk.io", { "system.device": null, "disk.io.direction": "read" }],
  ["Disk written", "system.disk.io", { "system.device": null, "disk.io.direction": "write" }],
  ["Network received", "system.network.io", { "network.interface.name": null, "network.io.direction": "receive" }],
  ["Network sent", "system.network.io", { "network.interface.name": null, "network.io.direction": "transmit" }],
  ["Processes started", "system.process.created", {}],
] as const;

/** Compares the period with the previous one of the same length. */
export function trendsSection(inputs: ReportInputs): Section | null {
  const rows = COMPARED.flatMap(([name, metric, selection]) => statisticsRow(inputs, name, { metric, selection })).flatMap(
    ({ name, found, previous }): Cell[][] => {
      if (!previous) return [];
      const { unit } = found.series;
      return [
        [
          name,
          quantity(found.summary.mean, unit),
          quantity(previous.summary.mean, unit),
          quantity(changeOf(found.summary.mean, previous.summary.mean), "1"),
          quantity(found.summary.p95, unit),
          quantity(previous.summary.p95, unit),
          quantity(changeOf(found.summary.p95, previous.summary.p95), "1"),
        ],
      ];
    },
  );
  if (rows.length === 0) return null;
  return {
    id: "trends",
    title: "Against the period before",
    blocks: [
      table("Mean and 95th percentile", ["", "mean", "mean before", "change", "p95", "p95 before", "change of p95"], rows),
    ],
  };
}
