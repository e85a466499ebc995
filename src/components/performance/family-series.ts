/** The series that a chart of the Performance page draws. Pure. */
import type { ChartSeriesInput } from "~/components/charts/prepare";
import type { HistorySeries } from "~/domain/history";
import { reclaimableMemory } from "~/domain/memory-parts";
import type { Family } from "./families";

/** At most one series per colour: more lines cannot be told apart. */
const MAX_SERIES = 6;
const PALETTE = ["--series-blue", "--series-orange", "--series-green", "--series-pink", "--series-gold", "--series-sky"];

export interface FamilySeries {
  series: (ChartSeriesInput & { labels: Readonly<Record<string, string>> })[];
  /** Number of series left out because there are too many. */
  hidden: number;
}

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

/** A container that was made anew has the name of the one before: their ids tell them apart. */
function distinct<Named extends { label: string; one: HistorySeries }>(named: readonly Named[]): Named[] {
  const counts = new Map<string, number>();
  for (const { label } of named) counts.set(label, (counts.get(label) ?? 0) + 1);
  return named.map((series) => {
    const id = series.one.labels["container.id"];
    return (counts.get(series.label) ?? 0) < 2 || id === undefined ? series : { ...series, label: `${series.label} (${id})` };
  });
}

/** A family's series for a chart: in order, coloured, and only the largest when there are too many. */
export function seriesOfFamily(family: Family, all: readonly HistorySeries[]): FamilySeries {
  const named = distinct(
    all.flatMap((one) => {
      const label = family.name({ ...one.labels, ...one.attributes });
      return label === null || one.values.every((value) => value === null) ? [] : [{ label, one }];
    }),
  );
  const place = (label: string) => {
    const index = family.order?.indexOf(label) ?? -1;
    return index < 0 ? Number.POSITIVE_INFINITY : index;
  };
  const peak = ({ values }: HistorySeries) => values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const ordered = family.order
    ? named.sort((a, b) => place(a.label) - place(b.label))
    : family.heat
      ? named.sort((a, b) => a.label.localeCompare(b.label, "en", { numeric: true }))
      : named.sort((a, b) => peak(b.one) - peak(a.one) || a.label.localeCompare(b.label));
  const limit = family.order ? family.order.length : family.heat ? 256 : MAX_SERIES;
  const series = ordered.slice(0, limit).map(({ label, one }, index) => ({
    label,
    labels: one.labels,
    color: family.colors?.[label] ?? (PALETTE[index % PALETTE.length] as string),
    values: one.values,
    mirrored: family.mirrored?.includes(label) ?? false,
    min: one.min,
    max: one.max,
  }));
  return { series, hidden: Math.max(0, ordered.length - limit) };
}
