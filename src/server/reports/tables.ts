/** Tables that several sections share. Pure. */
import { type Cell, count, quantity, safeName, type TableBlock } from "~/domain/report";
import { type Measured, measured, type ReportInputs, type SeriesFilter } from "./inputs";
import { changeOf, secondsAbove } from "./statistics";

/** Longer tables are cut; `total` has the full number of rows. */
const MOST_ROWS = 50;

export function table(title: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): TableBlock {
  return {
    kind: "table",
    title,
    // Align text left and numbers right. The first row decides which a column has.
    columns: columns.map((name, index) => ({ name, align: typeof rows[0]?.[index] === "string" ? "left" : "right" })),
    rows: rows.slice(0, MOST_ROWS).map((row) => [...row]),
    total: count(rows.length),
  };
}

export interface StatisticsRow {
  name: string;
  found: Measured;
  previous?: Measured | null;
  threshold?: number | null;
}

/** Mean, quantiles, extremes, time above the threshold where there is one, and the change from the previous period. */
export function statisticsTable(title: string, rows: readonly StatisticsRow[], stepSeconds: number): TableBlock {
  const limited = rows.some(({ threshold }) => typeof threshold === "number");
  const columns = [
    "",
    "mean",
    "p50",
    "p95",
    "p99",
    "min",
    "max",
    ...(limited ? ["time above", "limit"] : []),
    "mean before",
    "change",
  ];
  return table(
    title,
    columns,
    rows.map(({ name, found: { series, summary }, previous, threshold }) => {
      const { unit } = series;
      const above = typeof threshold === "number" ? secondsAbove(series.values, threshold, stepSeconds) : null;
      return [
        safeName(name, 40),
        ...[summary.mean, summary.p50, summary.p95, summary.p99, summary.min, summary.max].map((value) => quantity(value, unit)),
        ...(limited ? [quantity(above, "s"), quantity(threshold, unit)] : []),
        quantity(previous?.summary.mean, unit),
        quantity(changeOf(summary.mean, previous?.summary.mean), "1"),
      ];
    }),
  );
}

/** The row of a selected series, with that of the previous period. Empty without readings. */
export function statisticsRow(
  inputs: ReportInputs,
  name: string,
  { metric, selection = {}, threshold = null }: { metric: string; selection?: SeriesFilter; threshold?: number | null },
): StatisticsRow[] {
  const found = measured(inputs.current[metric], selection);
  return found ? [{ name, found, previous: measured(inputs.previous[metric], selection), threshold }] : [];
}
