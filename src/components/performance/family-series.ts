/** The series that a chart of the Performance page draws. Pure. */
import type { ChartSeriesInput } from "~/components/charts/prepare";
import type { LiveSeries } from "~/domain/derive";
import type { HistorySeries } from "~/domain/history";
import { reclaimableMemory } from "~/domain/memory-parts";
import { builtInDefinition } from "~/domain/metric";
import { type Labels, seriesKey } from "~/domain/sample";
import { seriesName, withoutTotals } from "~/domain/series-name";
import type { Family } from "./families";

/** At most one series per colour: more lines cannot be told apart. */
const MAX_SERIES = 6;
const MAX_ROWS = 256;
const PALETTE = ["--series-blue", "--series-orange", "--series-green", "--series-pink", "--series-gold", "--series-sky"];

export interface FamilySeries {
  series: (ChartSeriesInput & { labels: Labels })[];
  /** Number of series left out because there are too many. */
  hidden: number;
}

/** Says a value of a label in the language of the page. */
export type Word = (value: string) => string;

/** The series that a family draws: those of its metric, and of memory the cache, which is what is neither used nor free. */
export function partsOf(
  family: Family,
  own: readonly HistorySeries[],
  others: readonly HistorySeries[],
): readonly HistorySeries[] {
  if (family.with !== "system.memory.utilization") return own;
  const of = (state: string) => own.find(({ labels }) => labels["system.memory.state"] === state);
  const [used, free, share] = [of("used"), of("free"), others[0]];
  if (!used || !free || !share) return own;
  const values = reclaimableMemory({ used: used.values, free: free.values, utilization: share.values });
  return [...own, { metric: family.metric, labels: { "system.memory.state": "cache" }, unit: used.unit, values }];
}

interface Named {
  /** In English, as the orders and colours of families have it. */
  key: string;
  label: string;
  one: HistorySeries;
}

/** What two series of one name are told apart by. */
const TOLD_APART_BY = ["container.id", "hw.id", "user.id", "system.device"];

/** A container that was made anew has the name of the one before: their ids tell them apart. */
function distinct(named: readonly Named[]): Named[] {
  const counts = new Map<string, number>();
  for (const { label } of named) counts.set(label, (counts.get(label) ?? 0) + 1);
  return named.map((series) => {
    if ((counts.get(series.label) ?? 0) < 2) return series;
    const name = TOLD_APART_BY.find((label) => series.one.labels[label] !== undefined);
    return name === undefined ? series : { ...series, label: `${series.label} (${series.one.labels[name]})` };
  });
}

function namedSeries(family: Family, all: readonly HistorySeries[], word: Word): Named[] {
  const parts = family.pick ? [] : (builtInDefinition(family.metric)?.parts ?? []);
  return withoutTotals(all, parts).flatMap((one) => {
    const picked = family.pick ? family.pick(one.labels) : one.labels;
    if (picked === null || one.values.every((value) => value === null)) return [];
    const labels = { ...picked, ...one.attributes };
    return [{ key: seriesName(labels), label: seriesName(labels, word) || family.title, one }];
  });
}

const peak = ({ values }: HistorySeries) => values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);

function inOrder({ order, heat }: Family, named: readonly Named[]): Named[] {
  if (order) {
    return named.filter(({ key }) => order.includes(key)).sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
  }
  if (heat) return named.toSorted((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
  return named.toSorted((a, b) => peak(b.one) - peak(a.one) || a.label.localeCompare(b.label));
}

/** A family's series for a chart: in order, coloured, and only the largest when there are too many. */
export function seriesOfFamily(family: Family, all: readonly HistorySeries[], word: Word): FamilySeries {
  const ordered = inOrder(family, distinct(namedSeries(family, all, word)));
  const limit = family.order ? ordered.length : family.heat ? MAX_ROWS : MAX_SERIES;
  const series = ordered.slice(0, limit).map(({ key, label, one }, index) => ({
    label,
    labels: one.labels,
    color: family.colors?.[key] ?? (PALETTE[index % PALETTE.length] as string),
    values: one.values,
    mirrored: family.mirrored?.includes(key) ?? false,
    apart: family.apart?.includes(key) ?? false,
    min: one.min,
    max: one.max,
  }));
  return { series, hidden: Math.max(0, ordered.length - limit) };
}

/** The newest readings of the series that are shown, by label. `all` reads those of a metric. */
export function newestOfFamily(
  family: Family,
  { shown, scale }: { shown: FamilySeries["series"]; scale: number },
  all: (metric: string) => readonly (LiveSeries & { value: number | null })[],
): Map<string, number | null> {
  const columns = (metric: string) => all(metric).map(({ value, ...one }) => ({ ...one, values: [value] }));
  const parts = partsOf(family, columns(family.metric), family.with === undefined ? [] : columns(family.with));
  const values = new Map(parts.map((one) => [seriesKey(one), one.values[0] ?? null]));
  return new Map(
    shown.map(({ label, labels }) => {
      const value = values.get(seriesKey({ metric: family.metric, labels })) ?? null;
      return [label, value === null ? null : value * scale];
    }),
  );
}
