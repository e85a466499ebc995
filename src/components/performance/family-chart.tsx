"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { thresholdsOf } from "~/components/alerts/thresholds";
import type { Annotation } from "~/components/charts/annotations";
import { HeatMap } from "~/components/charts/heat-map";
import { prepareChart, shiftedColumn } from "~/components/charts/prepare";
import { TimeSeriesChart } from "~/components/charts/time-series-chart";
import type { HiddenSeries } from "~/components/charts/use-hidden";
import { Card } from "~/components/ui/card";
import { CardBoundary } from "~/components/ui/card-boundary";
import type { ChartHistory } from "~/components/view/history-tail";
import { usePageFacts } from "~/components/view/page-facts";
import type { Span } from "~/components/view/range";
import { useHistory } from "~/components/view/use-history";
import { useNetworkRate } from "~/components/view/use-view";
import type { ListedRule } from "~/domain/alert";
import { useTRPC } from "~/trpc/browser";
import type { Family } from "./families";
import { partsOf, seriesOfFamily } from "./family-series";

const POINTS = 720;
/** Charts of the largest series ask for more than they draw: the page leaves some out by their labels. Others need all. */
const LARGEST = 120;
const ALL = 1000;

interface FamilyChartProps {
  family: Family;
  span: Span;
  compare: boolean;
  hidden: HiddenSeries;
  annotations: readonly Annotation[];
  onZoom: (from: number, to: number) => void;
  onPick: (at: number) => void;
}

/** True while the element is on the screen or close to it. */
function useInView() {
  const element = useRef<HTMLDivElement>(null);
  const [inView, setInView] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver(([entry]) => setInView(entry?.isIntersecting ?? false), { rootMargin: "300px" });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return { element, inView };
}

/** Loads its readings while it is in view, and keeps the last render otherwise. */
export function FamilyChart(props: FamilyChartProps) {
  const { element, inView } = useInView();
  const last = useRef<FamilyChartProps | null>(null);
  if (inView) last.current = props;
  return (
    <div ref={element} className="min-w-0">
      <CardBoundary title={props.family.title}>
        {last.current === null ? <UnseenChart title={props.family.title} /> : <LoadedChart {...last.current} />}
      </CardBoundary>
    </div>
  );
}

/** Placeholder for a chart that has not come near the screen yet; loads nothing. */
function UnseenChart({ title }: { title: string }) {
  return (
    <Card title={title}>
      <div className="h-[170px]" />
    </Card>
  );
}

/** As large as the chart, so that nothing moves when it loads. */
function LoadingChart({ title }: { title: string }) {
  return (
    <Card title={title}>
      <div role="status" aria-label={`Loading ${title}`} className="h-[170px] rounded-[6px] bg-hover" />
    </Card>
  );
}

/** The history of a family's metric, with the parts that need a second one. */
function useFamilyHistory(family: Family, span: Pick<Span, "from" | "to" | "moving">, enabled: boolean) {
  const limit = family.order || family.heat ? ALL : LARGEST;
  const own = useHistory({ name: family.metric, span, points: POINTS, limit, enabled });
  const name = family.with ?? family.metric;
  const other = useHistory({ name, span, points: POINTS, limit, enabled: enabled && family.with !== undefined });
  const data = useMemo(
    () =>
      own.data && {
        ...own.data,
        series: partsOf(family, own.data.series, family.with === undefined ? [] : (other.data?.series ?? [])),
      },
    [family, own.data, other.data],
  );
  return { data, error: own.error };
}

function modelOf(
  family: Family,
  data: ChartHistory | undefined,
  context: {
    span: Span;
    before: ChartHistory | undefined;
    hidden: ReadonlySet<string>;
    rules: readonly ListedRule[];
    memoryBytes: number;
    network: { unit: string; scale: number };
  },
) {
  const { span, before, rules, memoryBytes, network } = context;
  const { series, hidden } = seriesOfFamily(family, data?.series ?? []);
  const left = hidden + (data?.omitted ?? 0);
  const stepMs = (data?.stepSeconds ?? 1) * 1000;
  const past = before ? new Map(seriesOfFamily(family, before.series).series.map((one) => [one.label, one.values])) : null;
  const inBits = family.section === "Network" && family.unit === "By/s";
  const scale = inBits ? network.scale : 1;
  const scaled = (values: readonly (number | null)[]) =>
    scale === 1 ? values : values.map((value) => (value === null ? null : value * scale));
  const limits = family.thresholdOf
    ? thresholdsOf(rules, family.thresholdOf.metric, {}).map((one) => ({ ...one, value: one.value * memoryBytes }))
    : thresholdsOf(rules, family.metric, family.stacked ? {} : (series[0]?.labels ?? {}));
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
    thresholds: limits,
    ...(family.stacked && { stacked: true }),
    ...(family.limit !== undefined && { limit: family.limit }),
  });
  return { model, left, shown: series.length };
}

const HOUR_MS = 3_600_000;

/** What is usual at this hour for the whole of what the chart shows; null while that is not known, or where there is no whole. */
function useUsual({ metric }: Family, data: ChartHistory | undefined): string | null {
  const trpc = useTRPC();
  const isWhole = ({ labels }: { labels: object }) => Object.keys(labels).length === 0;
  const enabled = data?.series.some(isWhole) ?? false;
  const { data: usual } = useQuery({ ...trpc.metrics.usual.queryOptions({ metric }), enabled, refetchInterval: HOUR_MS / 6 });
  return usual?.find(isWhole)?.words ?? null;
}

function LoadedChart({ family, span, compare, hidden, annotations, onZoom, onPick }: FamilyChartProps) {
  const trpc = useTRPC();
  const { memoryBytes } = usePageFacts();
  const network = useNetworkRate();
  const { data, error } = useFamilyHistory(family, span, true);
  const width = span.to - span.from;
  const { data: before } = useFamilyHistory(family, { ...span, from: span.from - width, to: span.from }, compare);
  const { data: rules } = useQuery(trpc.alerts.rules.queryOptions());
  const usual = useUsual(family, data);
  const hiddenLabels = hidden.of(family.title);
  const { model, left, shown } = useMemo(
    () =>
      modelOf(family, data, {
        span,
        before: compare ? before : undefined,
        hidden: hiddenLabels,
        rules: rules ?? [],
        memoryBytes,
        network,
      }),
    [family, data, span, compare, before, hiddenLabels, rules, memoryBytes, network],
  );
  if (!data && !error) return <LoadingChart title={family.title} />;
  const step = data?.stepSeconds ?? 1;
  const notes = [
    ...(step > 1 ? [`${step < 60 ? `${step} s` : step < 3600 ? `${step / 60} min` : `${step / 3600} h`} mean`] : []),
    ...(usual === null ? [] : [usual]),
    ...(left > 0 ? [`largest ${shown} of ${shown + left}`] : []),
    ...(compare ? [before ? "broken lines: the time before" : "nothing is kept of the time before"] : []),
    ...(error ? [error.message] : []),
  ].join(", ");
  if (family.heat && shown > 1) {
    return <HeatMap title={family.title} note={notes} model={model} onPick={onPick} />;
  }
  const chart = { title: family.title, note: notes, model, hidden, annotations, metric: family.metric, stale: false };
  return <TimeSeriesChart {...chart} onZoom={onZoom} onPick={onPick} />;
}
