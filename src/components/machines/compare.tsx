"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { useMemo, useRef } from "react";
import { ChartMenu } from "~/components/charts/chart-menu";
import { HeatMap } from "~/components/charts/heat-map";
import { TimeSeriesChart } from "~/components/charts/time-series-chart";
import { useHidden } from "~/components/charts/use-hidden";
import { lazyPart } from "~/components/ui/lazy-part";
import { PointerHint } from "~/components/ui/pointer-hint";
import { Popover } from "~/components/ui/popover";
import { Failure, Skeleton } from "~/components/ui/states";
import { useMachineLink } from "~/components/view/machine-link";
import { useInView } from "~/components/view/use-in-view";
import { useNetworkRate, useParameter, useRange } from "~/components/view/use-view";
import { useMetricTexts } from "~/components/words/use-metric-titles";
import { useFormat, useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";
import { type Comparison, compareModels, heatHeight, pointsFor, steadySpan } from "./compare-model";
import type { Choice } from "./metric-picker";

const MetricPicker = lazyPart(() => import("./metric-picker").then(({ MetricPicker: loaded }) => loaded));

const FIRST_METRIC = "system.cpu.utilization";
/** What addresses call the chart of lines. */
const CHART = "machines";

/** What machines can be compared by, in the language of the page, by title. */
function useChoices(): readonly Choice[] {
  const trpc = useTRPC();
  const translate = useMetricTexts();
  const { data } = useQuery(trpc.machines.metrics.queryOptions());
  return useMemo(() => {
    const entries = (data?.metrics ?? []).map(({ metric, title }) => ({ metric, title, help: "", high: null }));
    const titled = translate ? entries.map(translate) : entries;
    return titled.map(({ metric, title }) => ({ metric, title })).sort((a, b) => a.title.localeCompare(b.title));
  }, [data, translate]);
}

/** The readings of all machines in the page's range. The last ones stay while the engine is away. */
function useComparison(metric: string, machineCount: number, enabled: boolean) {
  const trpc = useTRPC();
  const { span } = useRange();
  const points = pointsFor(machineCount);
  const range = steadySpan(span, points);
  const query = useQuery({
    ...trpc.machines.compare.queryOptions({ metric, ...range, points }),
    enabled: enabled && span.to > 0,
    placeholderData: keepPreviousData,
    retry: false,
    ...(span.moving && { gcTime: 10_000 }),
  });
  const last = useRef<Comparison | undefined>(undefined);
  if (query.data) last.current = query.data;
  const data = query.data ?? (last.current?.metric === metric ? last.current : undefined);
  return { data, error: query.error, refetch: query.refetch, range };
}

/** One metric over all machines: a row of cells for each, and lines for the highest. */
export function Compare({ machineCount }: { machineCount: number }) {
  const { compare: words } = useWords().machines;
  const [metric, setMetric] = useParameter("metric", FIRST_METRIC);
  const { element, inView } = useInView<HTMLElement>();
  const choices = useChoices();
  const { data, error, refetch, range } = useComparison(metric, machineCount, inView);
  const title = choices.find((one) => one.metric === metric)?.title ?? metric;
  return (
    <section ref={element} aria-label={words.title} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="text-[16px] font-semibold">{words.title}</h2>
        <Popover
          label={words.metric(title)}
          align="left"
          button={
            <>
              <span className="max-w-[220px] truncate">{title}</span>
              <ChevronDown size={14} aria-hidden="true" className="shrink-0" />
            </>
          }
        >
          {(close) => (
            <div className="w-[320px] max-w-full">
              <MetricPicker
                choices={choices}
                chosen={metric}
                onChoose={(next) => {
                  close();
                  setMetric(next);
                }}
              />
            </div>
          )}
        </Popover>
        <PointerHint mouse={words.hint} touch={words.touchHint} />
      </div>
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton label={words.loading} height={430} />}
      {data && <Charts answer={data} title={data.metric === metric ? title : data.title} range={range} stale={error !== null} />}
    </section>
  );
}

interface ChartsProps {
  answer: Comparison;
  title: string;
  range: { from: number; to: number };
  stale: boolean;
}

function Charts({ answer, title, range: { from, to }, stale }: ChartsProps) {
  const { compare: words } = useWords().machines;
  const format = useFormat();
  const network = useNetworkRate();
  const hidden = useHidden();
  const link = useMachineLink();
  const { zoom } = useRange();
  const hiddenLabels = hidden.of(CHART);
  const { heat, top, rows, lines, lineCount } = useMemo(
    () => compareModels(answer, { title, span: { from, to }, network, hidden: hiddenLabels }),
    [answer, title, from, to, network, hiddenLabels],
  );
  const open = (name: string) => window.location.assign(link(name));
  const all = answer.machines.length;
  const step = words.mean(format.duration(answer.stepSeconds));
  const path = `/api/machines/compare/${answer.metric}`;
  const heatTitle = words.heat(title);
  const lineTitle = words.lines(title);
  if (all === 0) return <p className="text-muted">{words.none}</p>;
  return (
    <div className={`flex flex-col gap-3 ${stale ? "stale" : ""}`}>
      <HeatMap
        title={heatTitle}
        note={`${words.highest(rows, all)}, ${step}`}
        menu={<ChartMenu title={heatTitle} metric={answer.metric} model={heat.kind === "lines" ? heat : null} path={path} />}
        model={heat}
        top={top}
        height={heatHeight(rows)}
        summary={`${heatTitle}: ${words.highest(rows, all)}`}
        onZoom={zoom}
        onPick={(_at, name) => open(name)}
      />
      <TimeSeriesChart
        id={CHART}
        title={lineTitle}
        note={lineCount < all ? `${words.highestLines(lineCount, all)}, ${step}` : step}
        model={lines}
        stale={false}
        metric={answer.metric}
        path={path}
        hidden={hidden}
        onZoom={zoom}
        lines={{ keys: words.keys(lineTitle), onPick: open }}
      />
    </div>
  );
}
