import { mean } from "simple-statistics";
import { type Block, type Cell, quantity, type Section } from "~/domain/report";
import { measured, type ReportInputs, type SeriesFilter, TOTAL_CPU } from "../inputs";
import { present } from "../statistics";
import { table } from "../tables";

const HOUR_MS = 3_600_000;
const SHOWN = 8;
const METRICS: readonly [name: string, metric: string, selection: SeriesFilter][] = [
  ["CPU", "system.cpu.utilization", TOTAL_CPU],
  ["memory", "system.memory.utilization", {}],
  ["disk write", "system.disk.io", { "system.device": null, "disk.io.direction": "write" }],
  ["network in", "system.network.io", { "network.interface.name": null, "network.io.direction": "receive" }],
];

/** The hours with the highest mean CPU use. Null for periods with fewer than three hours of data. */
export function busiestSection({ current, period }: ReportInputs): Section | null {
  if (period.to - period.from < 3 * HOUR_MS) return null;
  const columns = METRICS.flatMap(([name, metric, selection]) => {
    const found = measured(current[metric], selection);
    return found ? [{ name, series: found.series, times: current[metric]?.timestamps ?? [] }] : [];
  });
  const [first] = columns;
  if (first?.series.metric !== "system.cpu.utilization") return null;
  const rows = new Map<number, (number | null)[][]>();
  columns.forEach(({ series, times }, column) => {
    series.values.forEach((value, index) => {
      const hour = Math.floor((times[index] as number) / HOUR_MS) * HOUR_MS;
      let row = rows.get(hour);
      if (!row) {
        row = columns.map(() => []);
        rows.set(hour, row);
      }
      row[column]?.push(value);
    });
  });
  const means = [...rows]
    .map(([hour, values]) => ({ hour, means: values.map((list) => (present(list).length === 0 ? null : mean(present(list)))) }))
    .filter((row) => (row.means[0] ?? null) !== null)
    .sort((a, b) => (b.means[0] ?? 0) - (a.means[0] ?? 0));
  if (means.length < 3) return null;
  const blocks: Block[] = [
    table(
      "Hours by mean CPU, busiest first",
      ["hour from", ...columns.map(({ name }) => name)],
      means
        .slice(0, SHOWN)
        .map(({ hour, means: row }): Cell[] => [
          { time: hour, shown: "minute" },
          ...row.map((value, index) => quantity(value, columns[index]?.series.unit ?? "1")),
        ]),
    ),
  ];
  return { id: "busiest", title: "Busiest hours", blocks };
}
