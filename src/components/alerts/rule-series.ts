/** What the chart of a rule draws. Pure. */
import type { HistorySeries } from "~/domain/history";
import { labelsMatch } from "~/domain/match";
import { builtInDefinition } from "~/domain/metric";
import type { Labels } from "~/domain/sample";

interface WatchedSeries {
  metric: string;
  /** Labels that a series must have; `*` is a wildcard. */
  match: Labels;
  without: readonly string[];
}

/** The series that a rule watches. Where a total and its parts are among them, the total. */
export function seriesOfRule(
  series: readonly HistorySeries[],
  { metric, match, without }: WatchedSeries,
): readonly HistorySeries[] {
  const watched = series.filter(
    ({ labels }) => labelsMatch(match, labels) && without.every((name) => labels[name] === undefined),
  );
  const parts = (builtInDefinition(metric)?.parts ?? []).filter((name) => !(name in match));
  const totals = watched.filter(({ labels }) => parts.every((name) => labels[name] === undefined));
  return totals.length > 0 ? totals : watched;
}

/** Part of the range that stays empty before the first reading, so that one sees that it is the first. */
const LEAD = 0.02;

/** The range from shortly before its first reading on: a day of which minutes exist is drawn as these minutes. */
export function rangeWithReadings(
  { from, to }: { from: number; to: number },
  timestamps: readonly number[],
  series: readonly Pick<HistorySeries, "values">[],
): { from: number; to: number } {
  const first = timestamps.find((_time, index) => series.some(({ values }) => (values[index] ?? null) !== null));
  return first === undefined ? { from, to } : { from: Math.max(from, first - LEAD * (to - first)), to };
}
