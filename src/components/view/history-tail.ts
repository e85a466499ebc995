/** Joins the readings that a moving chart already has with the newest ones. Pure. */
import type { HistorySeries } from "~/domain/history";
import { seriesKey } from "~/domain/sample";

/** The part of a history that charts draw. */
export interface ChartHistory {
  stepSeconds: number;
  timestamps: readonly number[];
  series: readonly HistorySeries[];
  omitted: number;
}

/** The last steps may have been incomplete when they were read. */
const READ_AGAIN_STEPS = 2;

/** From where on readings are missing; null when everything has to be read. */
export function tailFrom({ timestamps, stepSeconds }: ChartHistory, { from, to }: { from: number; to: number }): number | null {
  const last = timestamps.at(-1);
  const first = timestamps[0];
  if (last === undefined || first === undefined) return null;
  // A range that begins earlier, or ends before, is another range.
  if (first > from + stepSeconds * 1000 || last > to || last <= from) return null;
  const stepMs = stepSeconds * 1000;
  return Math.max(last - READ_AGAIN_STEPS * stepMs, Math.floor(from / stepMs) * stepMs);
}

/** Null when the tail does not fit: its steps are longer or shorter. */
export function withTail<History extends ChartHistory>(past: History, tail: ChartHistory, from: number): History | null {
  const [begin] = tail.timestamps;
  if (begin === undefined || tail.stepSeconds !== past.stepSeconds) return null;
  const stepMs = past.stepSeconds * 1000;
  const start = past.timestamps.findIndex((time) => time > from - stepMs);
  const end = past.timestamps.findIndex((time) => time >= begin);
  if (start < 0 || end < 0) return null;
  const newer = new Map(tail.series.map((one) => [seriesKey(one), one]));
  const known = new Set(past.series.map(seriesKey));
  const [kept, added] = [end - start, tail.timestamps.length];
  const column = (before: Column, after: Column) => [
    ...(before?.slice(start, end) ?? new Array<null>(kept).fill(null)),
    ...(after ?? new Array<null>(added).fill(null)),
  ];
  const joined = (before: HistorySeries | undefined, after: HistorySeries | undefined): HistorySeries => {
    const values = column(before?.values, after?.values);
    const { metric, labels, unit, attributes } = (after ?? before) as HistorySeries;
    const ofBoth = (name: "min" | "max") => column(before?.[name] ?? before?.values, after?.[name] ?? after?.values);
    const hasExtremes = before?.min !== undefined || after?.min !== undefined;
    return {
      metric,
      labels,
      unit,
      ...(attributes && { attributes }),
      values,
      ...(hasExtremes && { min: ofBoth("min"), max: ofBoth("max") }),
    };
  };
  const series = [
    ...past.series.map((one) => joined(one, newer.get(seriesKey(one)))),
    ...tail.series.filter((one) => !known.has(seriesKey(one))).map((one) => joined(undefined, one)),
  ];
  return {
    ...past,
    timestamps: [...past.timestamps.slice(start, end), ...tail.timestamps],
    series: series.filter(({ values }) => values.some((value) => value !== null)),
  };
}

type Column = readonly (number | null)[] | undefined;
