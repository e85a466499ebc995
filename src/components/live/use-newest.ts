"use client";

import { useMemo } from "react";
import type { Newest } from "~/components/charts/newest";
import { useLiveStore, useLiveValue } from "./live-provider";
import type { LiveStore } from "./live-store";

/** Reads the newest values of a chart's series, by label. Undefined while the chart's own last point is as new. */
export function useNewest(enabled: boolean, read: (store: LiveStore) => ReadonlyMap<string, number | null>): Newest | undefined {
  const store = useLiveStore();
  const text = useLiveValue(() => (enabled ? JSON.stringify([...read(store)]) : ""));
  return useMemo(() => {
    if (text === "") return undefined;
    const values = new Map(JSON.parse(text) as [string, number | null][]);
    return (label) => values.get(label) ?? null;
  }, [text]);
}
