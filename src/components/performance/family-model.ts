/** What the chart of a family draws: its series, thresholds and the period before. Pure. */
import { thresholdsOf } from "~/components/alerts/thresholds";
import { type ChartModel, prepareChart, shiftedColumn } from "~/components/charts/prepare";
import type { ChartHistory } from "~/components/view/history-tail";
import type { Span } from "~/components/view/range";
import type { ListedRule } from "~/domain/alert";
import type { Family } from "./families";
import { type FamilySeries, seriesOfFamily, type Word } from "./family-series";

interface ModelContext {
  span: Span;
  /** The period before, when it is compared. */
  before: ChartHistory | undefined;
  hidden: ReadonlySet<string>;
  rules: readonly ListedRule[];
  memoryBytes: number;
  network: { unit: string; scale: number };
  word: Word;
}

interface FamilyModel {
  model: ChartModel;
  shown: FamilySeries["series"];
  /** What values are multiplied by, for bits instead of bytes. */
  scale: number;
  /** Series that are left out because there are too many. */
  left: number;
}

export function familyModel(family: Family, data: ChartHistory | undefined, context: ModelContext): FamilyModel {
  const { span, before, rules, memoryBytes, network, word } = context;
  const { series, hidden } = seriesOfFamily(family, data?.series ?? [], word);
  const left = hidden + (data?.omitted ?? 0);
  const stepMs = (data?.stepSeconds ?? 1) * 1000;
  const past = before && new Map(seriesOfFamily(family, before.series, word).series.map((one) => [one.label, one.values]));
  const inBits = family.section === "Network" && family.unit === "By/s";
  const scale = inBits ? network.scale : 1;
  const scaled = (values: readonly (number | null)[]) =>
    scale === 1 ? values : values.map((value) => (value === null ? null : value * scale));
  const thresholds = family.thresholdOf
    ? thresholdsOf(rules, family.thresholdOf.metric, {}).map((one) => ({ ...one, value: one.value * memoryBytes }))
    : thresholdsOf(rules, family.metric, family.stacked ? {} : (series[0]?.labels ?? {}));
  const limit = family.thresholdOf ? memoryBytes : family.limit;
  const model = prepareChart({
    title: family.title,
    unit: inBits ? network.unit : family.unit,
    times: data?.timestamps ?? [],
    series: series.map((one) => {
      const values = past?.get(one.label);
      return {
        ...one,
        values: scaled(one.values),
        min: one.min && scaled(one.min),
        max: one.max && scaled(one.max),
        ...(before &&
          values && {
            before: scaled(
              shiftedColumn(data?.timestamps ?? [], { times: before.timestamps, values }, { ms: span.to - span.from, stepMs }),
            ),
          }),
      };
    }),
    range: span,
    maxGapMs: 1.5 * stepMs,
    hidden: context.hidden,
    thresholds,
    ...(family.stacked && { stacked: true }),
    ...(limit !== undefined && { limit }),
  });
  return { model, left, shown: series, scale };
}
