/** Tables that several sections share. Pure. */
import { type Cell, change, count, limit, quantity, safeName, type TableBlock } from "~/domain/report";
import { type Measured, measured, type ReportInputs, type SeriesFilter, secondsOf } from "./inputs";
import { changeOf, secondsAbove } from "./statistics";

const MOST_ROWS = 50;

const isNumber = (cell: Cell | undefined) => typeof cell === "object" && "value" in cell;

/** Longer tables are cut; `total` has the full number of rows. */
export function table(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  most = MOST_ROWS,
): TableBlock {
  return {
    kind: "table",
    title,
    columns: columns.map((name, index) => ({
      name,
      align: rows.some((row) => isNumber(row[index])) ? "right" : "left",
    })),
    rows: rows.slice(0, most).map((row) => [...row]),
    total: count(rows.length),
  };
}

export interface StatisticsRow {
  name: string;
  found: Measured;
  previous?: Measured | null;
  threshold: number | null;
  /** Seconds at or above the threshold; null without one. */
  above: number | null;
}

/** Mean, quantiles, extremes, time above the limit where there is one, and the change where there is a previous period. */
export function statisticsTable(title: string, rows: readonly StatisticsRow[]): TableBlock {
  const limited = rows.some(({ threshold }) => threshold !== null);
  const compared = rows.some(({ previous }) => previous);
  const columns = [
    "",
    "mean",
    "median",
    "p95",
    "p99",
    "min",
    "max",
    ...(limited ? ["threshold", "time above"] : []),
    ...(compared ? ["previous mean", "change"] : []),
  ];
  return table(
    title,
    columns,
    rows.map(({ name, found: { series, summary }, previous, threshold, above }) => {
      const { unit } = series;
      const before = previous?.summary.mean;
      return [
        safeName(name, 40),
        ...[summary.mean, summary.p50, summary.p95, summary.p99, summary.min, summary.max].map((value) => quantity(value, unit)),
        ...(limited ? [limit(threshold, unit), quantity(above, "s")] : []),
        ...(compared ? [quantity(before, unit), change(changeOf(summary.mean, before))] : []),
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
  if (!found) return [];
  const above = threshold === null ? null : secondsAbove(found.series.values, threshold, secondsOf(inputs, found));
  return [{ name, found, previous: measured(inputs.previous[metric], selection), threshold, above }];
}
