"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { AboutButton } from "~/components/charts/about-button";
import type { Annotation } from "~/components/charts/annotations";
import type { ChartAction } from "~/components/charts/chart-actions";
import { ChartMenu } from "~/components/charts/chart-menu";
import { HeatMap } from "~/components/charts/heat-map";
import { ChartCard, TimeSeriesChart } from "~/components/charts/time-series-chart";
import type { HiddenSeries } from "~/components/charts/use-hidden";
import { useLiveValue } from "~/components/live/live-provider";
import { useNewest } from "~/components/live/use-newest";
import { CardBoundary } from "~/components/ui/card-boundary";
import type { ChartHistory } from "~/components/view/history-tail";
import { usePageFacts } from "~/components/view/page-facts";
import type { Span } from "~/components/view/range";
import { useHistory } from "~/components/view/use-history";
import { useInView } from "~/components/view/use-in-view";
import { useNetworkRate } from "~/components/view/use-view";
import type { Words } from "~/components/words/en";
import { labelWord } from "~/components/words/label-word";
import { type Format, useFormat, useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";
import type { Family } from "./families";
import { familyModel } from "./family-model";
import { newestOfFamily, partsOf } from "./family-series";

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
  actions: readonly ChartAction[];
  onZoom: (from: number, to: number) => void;
  onPick?: (at: number) => void;
}

/** Loads its readings while it is in view, and keeps the last render otherwise. */
export function FamilyChart(props: FamilyChartProps) {
  const { element, inView } = useInView<HTMLDivElement>();
  const last = useRef<FamilyChartProps | null>(null);
  if (inView) last.current = props;
  return (
    <div ref={element} className="min-w-0" data-chart={props.family.id}>
      <CardBoundary title={props.family.title}>
        {last.current === null ? <UnseenChart title={props.family.title} /> : <LoadedChart {...last.current} />}
      </CardBoundary>
    </div>
  );
}

/** As large as the chart, so that nothing moves when it loads: legend, plot and axis. */
const CONTENT_HEIGHT = "h-[194px]";

/** Placeholder for a chart that has not come near the screen yet; loads nothing. */
function UnseenChart({ title }: { title: string }) {
  return (
    <ChartCard title={title}>
      <div className={CONTENT_HEIGHT} />
    </ChartCard>
  );
}

function LoadingChart({ title }: { title: string }) {
  const { loading } = useWords().ui;
  return (
    <ChartCard title={title}>
      <div role="status" aria-label={loading(title)} className={`rounded-[6px] bg-hover ${CONTENT_HEIGHT}`} />
    </ChartCard>
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

const HOUR_MS = 3_600_000;

/** What is usual at this hour for the whole of what the chart shows; null while that is not known, or where there is no whole. */
function useUsual({ metric }: Family, data: ChartHistory | undefined): { low: number; high: number } | null {
  const trpc = useTRPC();
  const isWhole = ({ labels }: { labels: object }) => Object.keys(labels).length === 0;
  const enabled = data?.series.some(isWhole) ?? false;
  const { data: usual } = useQuery({ ...trpc.metrics.usual.queryOptions({ metric }), enabled, refetchInterval: HOUR_MS / 6 });
  return usual?.find(isWhole)?.band ?? null;
}

const hasReadings = ({ series }: ChartHistory) => series.some(({ values }) => values.some((value) => value !== null));

interface Noted {
  stepSeconds: number;
  /** The legend shows newer values than the last mean. */
  legendIsNow: boolean;
  shown: number;
  /** Series that are left out. */
  left: number;
  compared: "no" | "yes" | "nothing";
  error: { message: string } | null;
}

/** Beside the title: what the lines are, in a few words. */
function notesOf(noted: Noted, { notes }: Words["performance"], format: Format): string {
  const { stepSeconds, legendIsNow, shown, left, compared, error } = noted;
  const mean = legendIsNow ? notes.meanAndNow : notes.mean;
  return [
    ...(stepSeconds > 1 ? [mean(format.duration(stepSeconds))] : []),
    ...(left > 0 ? [notes.largest(shown, shown + left)] : []),
    ...(compared === "no" ? [] : [compared === "yes" ? notes.compared : notes.nothingEarlier]),
    ...(error ? [error.message] : []),
  ].join(", ");
}

function LoadedChart({ family, span, compare, hidden, annotations, actions, onZoom, onPick }: FamilyChartProps) {
  const trpc = useTRPC();
  const { memoryBytes } = usePageFacts();
  const network = useNetworkRate();
  const format = useFormat();
  const { performance, charts } = useWords();
  const { data, error } = useFamilyHistory(family, span, true);
  const width = span.to - span.from;
  const compares = compare && !family.heat;
  const { data: before } = useFamilyHistory(family, { ...span, from: span.from - width, to: span.from }, compares);
  const intervalSeconds = useLiveValue((state) => state.intervalSeconds);
  const { data: rules } = useQuery(trpc.alerts.rules.queryOptions());
  const usual = useUsual(family, data);
  const hiddenLabels = hidden.of(family.id);
  const { model, left, shown, scale } = useMemo(
    () =>
      familyModel(family, data, {
        span,
        before: compares ? before : undefined,
        hidden: hiddenLabels,
        rules: rules ?? [],
        memoryBytes,
        network,
        word: labelWord(charts.values, family.metric),
      }),
    [family, data, span, compares, before, hiddenLabels, rules, memoryBytes, network, charts],
  );
  const isMean = !family.heat && span.moving && data !== undefined && data.stepSeconds > intervalSeconds;
  const newest = useNewest(isMean, (store) => newestOfFamily(family, { shown, scale }, (metric) => store.all(metric)));
  if (!data && !error) return <LoadingChart title={family.title} />;
  const compared = !compares ? "no" : before && hasReadings(before) ? "yes" : "nothing";
  const { stepSeconds = 1 } = data ?? {};
  const noted: Noted = { stepSeconds, legendIsNow: newest !== undefined, shown: shown.length, left, compared, error };
  const note = notesOf(noted, performance, format);
  const { id, title, metric, help, high } = family;
  const about = <AboutButton title={title} metric={metric} help={help} high={high} usual={usual} unit={family.unit} />;
  if (family.heat) {
    const menu = <ChartMenu title={title} metric={metric} model={model.kind === "lines" ? model : null} actions={actions} />;
    return <HeatMap title={title} note={note} about={about} menu={menu} model={model} onZoom={onZoom} onPick={onPick} />;
  }
  const chart = { id, title, note, about, model, hidden, newest, annotations, metric, actions, stale: false };
  return <TimeSeriesChart {...chart} onZoom={onZoom} {...(onPick && { onPick })} />;
}
