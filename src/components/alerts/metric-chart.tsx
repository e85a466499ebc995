"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Annotation } from "~/components/charts/annotations";
import { ChartCanvas } from "~/components/charts/chart-canvas";
import { prepareChart, type Threshold } from "~/components/charts/prepare";
import { Skeleton } from "~/components/ui/states";
import { labelsMatch } from "~/domain/match";
import type { Labels } from "~/domain/sample";
import { useTRPC } from "~/trpc/browser";

const COLORS = ["--series-blue", "--series-orange", "--series-green", "--series-pink", "--series-gold", "--series-sky"];

interface MetricChartProps {
  metric: string;
  /** Labels that a series must have; `*` is a wildcard. */
  match: Labels;
  without: readonly string[];
  range: { from: number; to: number };
  /** Begins where the readings do, if that is later than the range. */
  fitsData?: boolean;
  thresholds: readonly Threshold[];
  annotations: readonly Annotation[];
}

/** When the first of the series begins; null when none has a reading. */
function firstReading(timestamps: readonly number[], series: readonly { values: readonly (number | null)[] }[]): number | null {
  const index = timestamps.findIndex((_, at) => series.some(({ values }) => (values[at] ?? null) !== null));
  return timestamps[index] ?? null;
}

/** One metric over a time range with a rule's thresholds. */
export function MetricChart({ metric, match, without, range, fitsData = false, thresholds, annotations }: MetricChartProps) {
  const trpc = useTRPC();
  const { from, to } = range;
  const { data, error } = useQuery({
    ...trpc.metrics.history.queryOptions({ name: metric, from, to, points: 480 }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const model = useMemo(() => {
    const series = (data?.series ?? []).filter(
      ({ labels }) => labelsMatch(match, labels) && without.every((name) => labels[name] === undefined),
    );
    const begun = fitsData ? firstReading(data?.timestamps ?? [], series) : null;
    return prepareChart({
      title: metric,
      unit: series[0]?.unit ?? "1",
      times: data?.timestamps ?? [],
      series: series.slice(0, COLORS.length).map(({ labels, values }, index) => ({
        label: Object.values(labels).join(" ") || metric,
        color: COLORS[index] ?? "--muted",
        values,
      })),
      range: { from: begun ?? from, to },
      maxGapMs: 1500 * (data?.stepSeconds ?? 1),
      thresholds,
    });
  }, [data, metric, match, without, from, to, fitsData, thresholds]);
  if (error) return <p className="text-muted">{error.message}</p>;
  if (!data) return <Skeleton label={metric} height={170} />;
  if (model.kind === "empty") return <p className="flex h-[170px] items-center justify-center text-muted">{model.reason}</p>;
  return (
    <figure aria-label={model.summary}>
      <ChartCanvas title={metric} model={model} annotations={annotations} onHover={() => {}} />
    </figure>
  );
}
