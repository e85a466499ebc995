"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { useEffect, useMemo, useState } from "react";
import { prepareChart } from "~/components/charts/prepare";
import { TimeSeriesChart } from "~/components/charts/time-series-chart";
import { useLive } from "~/components/live/live-provider";
import { Card } from "~/components/ui/card";
import { Button, Toggle } from "~/components/ui/controls";
import { useTRPC } from "~/trpc/client";
import { FAMILIES, type Family, seriesOfFamily } from "./families";
import { MomentCard } from "./moment-card";
import { PRESETS, type Range, readRange, refreshMs, widened, writeRange, zoomedTo } from "./range";

const POINTS = 720;

export function Performance() {
  const router = useRouter();
  const search = useSearchParams();
  const range = useMemo(() => readRange(search), [search]);
  const now = useRangeEnd(range);
  const [moment, setMoment] = useState<number | null>(null);
  const [from, to] = range.kind === "absolute" ? [range.from, range.to] : [now - range.ms, now];
  // Each zoom is a step in the browser's own history: Back undoes it.
  const show = (next: Range) => router.push(`/performance?${writeRange(next)}`, { scroll: false });

  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-[20px] font-semibold">Performance</h1>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame around the buttons. */}
        <div role="group" aria-label="Range" className="flex flex-wrap gap-1">
          {PRESETS.map((preset) => (
            <Toggle
              key={preset.key}
              pressed={range.kind === "relative" && range.key === preset.key}
              onClick={() => show({ kind: "relative", key: preset.key, ms: preset.ms })}
            >
              {preset.label}
            </Toggle>
          ))}
          <Button onClick={() => show(widened(range, Date.now()))} aria-label="Zoom out">
            −
          </Button>
        </div>
      </div>
      <p className="text-[12.5px] text-muted" suppressHydrationWarning>
        {new Date(from).toLocaleString()} to {range.kind === "relative" ? "now" : new Date(to).toLocaleString()}. Drag over a
        chart to zoom, click a moment for its processes.
      </p>
      {moment !== null && <MomentCard at={moment} onClose={() => setMoment(null)} />}
      <div className="grid grid-cols-1 gap-3 min-[900px]:grid-cols-2">
        {FAMILIES.map((family) => (
          <FamilyChart
            key={family.title}
            family={family}
            from={from}
            to={to}
            onZoom={(a, b) => show(zoomedTo(a, b))}
            onPick={setMoment}
          />
        ))}
      </div>
    </div>
  );
}

/** The end of a relative range: the newest tick, moved on as often as a new point fits. */
function useRangeEnd(range: Range): number {
  const { state } = useLive();
  const every = refreshMs(range);
  const newest = state.at ?? 0;
  const [end, setEnd] = useState(newest);
  useEffect(() => {
    if (every !== null && (newest - end >= every || newest < end)) setEnd(newest);
  }, [every, newest, end]);
  return end || newest;
}

/** As large as the chart that comes, so that nothing moves when it does. */
function LoadingChart({ title }: { title: string }) {
  return (
    <Card title={title}>
      <div role="status" aria-label={`Loading ${title}`} className="h-[170px] rounded-[6px] bg-hover" />
    </Card>
  );
}

interface FamilyChartProps {
  family: Family;
  from: number;
  to: number;
  onZoom: (from: number, to: number) => void;
  onPick: (at: number) => void;
}

/** Asks for its own metric; a machine that has no such readings has no such chart. */
function FamilyChart({ family, from, to, onZoom, onPick }: FamilyChartProps) {
  const trpc = useTRPC();
  const { data, error } = useQuery({
    ...trpc.metrics.history.queryOptions({ name: family.metric, from, to, points: POINTS }),
    placeholderData: keepPreviousData,
    enabled: to > 0,
  });
  const { model, hidden } = useMemo(() => {
    const { series, hidden: left } = seriesOfFamily(family, data?.series ?? []);
    const stepMs = (data?.stepSeconds ?? 1) * 1000;
    const prepared = prepareChart({
      title: family.title,
      unit: family.unit,
      times: data?.timestamps ?? [],
      series,
      range: { from, to },
      maxGapMs: 1.5 * stepMs,
      ...(family.stacked && { stacked: true }),
      ...(family.limit !== undefined && { limit: family.limit }),
    });
    return { model: prepared, hidden: left };
  }, [data, family, from, to]);
  if (!data && !error) return <LoadingChart title={family.title} />;
  if (data && model.kind === "empty") return null;
  const notes = [
    ...(data && data.stepSeconds > 1
      ? [`${data.stepSeconds < 60 ? `${data.stepSeconds} s` : `${data.stepSeconds / 60} min`} mean`]
      : []),
    ...(hidden > 0 ? [`top ${6} of ${6 + hidden}`] : []),
    ...(error ? [error.message] : []),
  ];
  return (
    <TimeSeriesChart title={family.title} note={notes.join(", ")} model={model} stale={false} onZoom={onZoom} onPick={onPick} />
  );
}
