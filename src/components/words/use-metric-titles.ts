"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Labels } from "~/domain/sample";
import { seriesName } from "~/domain/series-name";
import { useTRPC } from "~/trpc/browser";
import { labelWord } from "./label-word";
import { loadMetricTexts } from "./metric-texts";
import { useLanguage, useWords } from "./words-provider";

/** The texts of the catalogue's metrics in the language of the page, once they are loaded. */
export function useMetricTexts() {
  const language = useLanguage();
  const { data } = useQuery({
    queryKey: ["metricTexts", language],
    // A function is no data: the cache keeps it in an object.
    queryFn: async () => ({ of: await loadMetricTexts(language) }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.of;
}

/** "Disk I/O vda read"; a metric's own name until the catalogue has come. */
export function useMetricTitles(): (one: { metric: string; labels?: Labels }) => string {
  const trpc = useTRPC();
  const translate = useMetricTexts();
  const { charts } = useWords();
  const { data } = useQuery(trpc.metrics.catalogue.queryOptions());
  return useMemo(() => {
    const titles = new Map((translate ? (data ?? []).map(translate) : []).map(({ metric, title }) => [metric, title]));
    return ({ metric, labels = {} }) =>
      `${titles.get(metric) ?? metric} ${seriesName(labels, labelWord(charts.values, metric))}`.trimEnd();
  }, [translate, data, charts]);
}
