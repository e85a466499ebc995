"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Annotation } from "~/components/charts/annotations";
import { ChartCanvas } from "~/components/charts/chart-canvas";
import { Legend } from "~/components/charts/legend";
import { prepareChart, type Threshold } from "~/components/charts/prepare";
import { summaryOf } from "~/components/charts/summary";
import { useHidden } from "~/components/charts/use-hidden";
import { Skeleton } from "~/components/ui/states";
import { useMetricTitles } from "~/components/words/use-metric-titles";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { Labels } from "~/domain/sample";
import { useTRPC } from "~/trpc/browser";
import { rangeWithReadings, seriesOfRule } from "./rule-series";

const COLORS = ["--series-blue", "--series-orange", "--series-green", "--series-pink", "--series-gold", "--series-sky"];

interface MetricChartProps {
  metric: string;
  /** Labels that a series must have; `*` is a wildcard. */
  match: Labels;
  without: readonly string[];
  range: { from: number; to: number };
  thresholds: readonly Threshold[];
  /** When the rule fired: pale bands. */
  annotations: readonly Annotation[];
}

/** One metric over a time range with a rule's thresholds. */
export function MetricChart({ metric, match, without, range, thresholds, annotations }: MetricChartProps) {
  const trpc = useTRPC();
  const { charts } = useWords();
  const format = useFormat();
  const titleOf = useMetricTitles();
  const hidden = useHidden();
  const hiddenLabels = hidden.of(metric);
  const { from, to } = range;
  const { data, error } = useQuery({
    ...trpc.metrics.history.queryOptions({ name: metric, from, to, points: 480 }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const model = useMemo(() => {
    const series = seriesOfRule(data?.series ?? [], { metric, match, without });
    const unit = series[0]?.unit ?? "1";
    const title = titleOf({ metric });
    return prepareChart({
      title,
      unit,
      times: data?.timestamps ?? [],
      series: series.slice(0, COLORS.length).map(({ labels, values }, index) => ({
        label: titleOf({ metric, labels }).slice(title.length).trim() || title,
        color: COLORS[index] ?? "--muted",
        values,
      })),
      range: rangeWithReadings({ from, to }, data?.timestamps ?? [], series),
      maxGapMs: 1500 * (data?.stepSeconds ?? 1),
      thresholds,
      hidden: hiddenLabels,
    });
  }, [data, metric, match, without, from, to, thresholds, titleOf, hiddenLabels]);
  const own = useMemo(() => annotations.map((one) => ({ ...one, metric })), [annotations, metric]);
  if (error) return <p className="text-muted">{error.message}</p>;
  if (!data) return <Skeleton label={titleOf({ metric })} height={194} />;
  const labels = model.legend.map(({ label }) => label);
  return (
    <figure aria-label={summaryOf(model, { charts, format })}>
      <Legend
        entries={model.legend}
        series={model.kind === "lines" ? model.series : []}
        unit={model.kind === "lines" ? model.unit : ""}
        index={null}
        onToggle={(label) => hidden.toggle(metric, label)}
        onSolo={(label) => hidden.solo(metric, label, labels)}
      />
      {model.kind === "lines" ? (
        <ChartCanvas model={model} metric={metric} annotations={own} onHover={() => {}} />
      ) : (
        <p className="flex h-[170px] items-center justify-center text-muted">{charts.empty[model.reason]}</p>
      )}
    </figure>
  );
}
