"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { usePreferences } from "~/components/view/preferences";
import type { Span } from "~/components/view/range";
import { useMetricTexts } from "~/components/words/use-metric-titles";
import { useWords } from "~/components/words/words-provider";
import { seriesName } from "~/domain/series-name";
import { useTRPC } from "~/trpc/browser";
import { allFamilies, type Family } from "./families";
import { isFirstSample } from "./first-sample";
import { inOwnOrder } from "./own-order";

const MINUTE_MS = 60_000;
const AGAIN_MS = 2000;

/** Every chart of this machine's metrics, in the language of the page; null until they are known. */
export function useCatalogue() {
  const trpc = useTRPC();
  const { extraTitles } = useWords().performance;
  const catalogue = useQuery(trpc.metrics.catalogue.queryOptions());
  const translate = useMetricTexts();
  const all = useMemo(
    () => (catalogue.data && translate ? allFamilies(catalogue.data.map(translate), extraTitles) : null),
    [catalogue.data, translate, extraTitles],
  );
  return { all, error: catalogue.error, refetch: catalogue.refetch };
}

export interface PageFamilies {
  /** In the order of the page. */
  families: Family[] | null;
  isQuiet: (family: Family) => boolean;
  /** What a chart is found by besides its title: the names of its series. */
  labelsOf: (family: Family) => string;
  error: { message: string } | null;
  refetch: () => unknown;
}

/** The charts for the metrics of this machine, custom ones included, and which of them have nothing to show in the range. */
export function usePageFamilies({ from, to, moving }: Span): PageFamilies {
  const trpc = useTRPC();
  const { chartOrder } = usePreferences();
  const { all, error, refetch } = useCatalogue();
  const current = useQuery({
    ...trpc.metrics.current.queryOptions(),
    refetchInterval: ({ state }) => state.data !== undefined && isFirstSample(state.data.metrics) && AGAIN_MS,
  });
  const range = { from: Math.floor(from / MINUTE_MS) * MINUTE_MS, ...(!moving && { to }) };
  const active = useQuery({
    ...trpc.metrics.active.queryOptions(range),
    enabled: to > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const labels = useMemo(() => {
    const found = new Map<string, string[]>();
    for (const one of current.data?.metrics ?? [])
      found.set(one.metric, [...(found.get(one.metric) ?? []), seriesName({ ...one.labels, ...one.attributes })]);
    return found;
  }, [current.data]);
  const isKnown = !active.isPending || active.error !== null;
  const families = useMemo(
    () =>
      all && current.data && isKnown
        ? inOwnOrder(
            all.filter(({ metric }) => labels.has(metric)),
            chartOrder,
          )
        : null,
    [all, current.data, isKnown, labels, chartOrder],
  );
  const busy = useMemo(() => active.data && new Set(active.data.metrics), [active.data]);
  return {
    families,
    isQuiet: ({ metric }) => busy !== undefined && !busy.has(metric),
    labelsOf: ({ metric }) => labels.get(metric)?.join(" ") ?? "",
    error: error ?? current.error,
    refetch: error ? refetch : current.refetch,
  };
}
