"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Span } from "~/components/view/range";
import { useHistory } from "~/components/view/use-history";
import type { HistorySeries } from "~/domain/history";
import { type Labels, seriesKey } from "~/domain/sample";
import { useTRPC } from "~/trpc/browser";
import { useLive } from "./live-provider";
import type { LiveStore } from "./live-store";

/** The `system` bundle over a range, from the stream or from the history. */
export interface SystemColumns {
  times: readonly number[];
  column: (metric: string, labels?: Labels) => readonly (number | null)[];
  /** What was read from the history; empty while the stream tells it. */
  series: readonly HistorySeries[];
  maxGapMs: number;
  stepSeconds: number;
  loading: boolean;
  error: { message: string } | null;
}

const LIVE_MS = 3_600_000;
const POINTS = 720;
/** The live store loads this much history itself. */
const LOADED_MS = 900_000;

export function columnsOf(series: readonly HistorySeries[]): SystemColumns["column"] {
  const byKey = new Map(series.map((one) => [seriesKey(one), one.values]));
  return (metric, labels = {}) => byKey.get(seriesKey({ metric, labels })) ?? [];
}

/** The newest readings alone, as columns of one value. */
export function newestColumns(store: LiveStore): SystemColumns {
  return {
    times: [0],
    column: (metric, labels) => [store.current(metric, labels)],
    series: [],
    maxGapMs: 1000,
    stepSeconds: 1,
    loading: false,
    error: null,
  };
}

/** Reads moving ranges of up to an hour from the stream, others from the history. */
export function useSystemColumns(span: Span): SystemColumns {
  const { from, to, moving } = span;
  const { store, state, intervalSeconds } = useLive();
  const trpc = useTRPC();
  const live = moving && to - from <= LIVE_MS;
  const { data, error } = useHistory({ name: "system", span, points: POINTS, limit: 1000, enabled: !live });
  // The store starts when the page is opened: load the part of the range before that from the history.
  const first = store.times[0];
  const short = live && state.ready && to - from > LOADED_MS && first !== undefined && first > from + 60_000;
  const { data: older } = useQuery({
    ...trpc.metrics.history.queryOptions({
      name: "system",
      from: Math.floor(from / 60_000) * 60_000,
      to: first ?? 0,
      points: POINTS,
    }),
    enabled: short,
    // The start moves once a minute: until the next answer the last one is drawn.
    placeholderData: keepPreviousData,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the store changes in place, its version says when: then this is a new object.
  return useMemo(() => {
    if (!live) {
      const stepSeconds = data?.stepSeconds ?? 1;
      return {
        times: data?.timestamps ?? [],
        column: columnsOf(data?.series ?? []),
        series: data?.series ?? [],
        maxGapMs: 1500 * stepSeconds,
        stepSeconds,
        loading: !data && !error,
        error,
      };
    }
    const before = short && older ? older.timestamps.filter((time) => time < first) : [];
    const past = columnsOf(older?.series ?? []);
    const join = (metric: string, labels?: Labels) => {
      const newer = store.column(metric, labels);
      if (before.length === 0) return newer;
      const values = past(metric, labels);
      return [...before.map((_time, index) => values[index] ?? null), ...newer];
    };
    return {
      times: before.length === 0 ? store.times : [...before, ...store.times],
      column: join,
      series: [],
      maxGapMs: 1500 * Math.max(intervalSeconds, before.length > 0 ? (older?.stepSeconds ?? 1) : 1),
      stepSeconds: intervalSeconds,
      loading: false,
      error: null,
    };
  }, [live, data, error, short, older, first, store, state.version, intervalSeconds]);
}
