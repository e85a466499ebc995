"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { writeAddress } from "~/components/view/use-view";

const NAME = "hide";
const SEPARATOR = "~";

export interface HiddenSeries {
  of: (chart: string) => ReadonlySet<string>;
  toggle: (chart: string, label: string) => void;
  /** Shows one series alone, or all again when it is already alone. */
  solo: (chart: string, label: string, all: readonly string[]) => void;
}

const NOTHING: ReadonlySet<string> = new Set();

/** The hidden series of each chart, stored in the URL. */
export function useHidden(): HiddenSeries {
  const text = useSearchParams().get(NAME) ?? "";
  const hidden = useMemo(() => {
    const charts = new Map<string, Set<string>>();
    for (const entry of text.split(",").filter(Boolean)) {
      const [chart = "", label = ""] = entry.split(SEPARATOR);
      charts.set(chart, (charts.get(chart) ?? new Set()).add(label));
    }
    return charts;
  }, [text]);
  const write = useCallback(
    (chart: string, labels: ReadonlySet<string>) => {
      const entries = [...new Map(hidden).set(chart, new Set(labels))].flatMap(([name, set]) =>
        [...set].map((label) => `${name}${SEPARATOR}${label}`),
      );
      writeAddress({ [NAME]: entries.length === 0 ? null : entries.join(",") });
    },
    [hidden],
  );
  return useMemo(
    () => ({
      of: (chart) => hidden.get(chart) ?? NOTHING,
      toggle: (chart, label) => {
        const labels = new Set(hidden.get(chart));
        if (!labels.delete(label)) labels.add(label);
        write(chart, labels);
      },
      solo: (chart, label, all) => {
        const others = all.filter((one) => one !== label);
        const now = hidden.get(chart) ?? NOTHING;
        const alone = !now.has(label) && others.every((one) => now.has(one));
        write(chart, alone ? NOTHING : new Set(others));
      },
    }),
    [hidden, write],
  );
}
