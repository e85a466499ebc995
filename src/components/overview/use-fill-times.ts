"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useLiveValue } from "~/components/live/live-provider";
import { useTRPC } from "~/trpc/browser";
import { fillTime } from "./fill-time";

const HOURS = 6;
const AGAIN_MS = 10 * 60_000;

/** Seconds until each filesystem is full, by mount point; only those that fill steadily. */
export function useFillTimes(): ReadonlyMap<string, number> {
  const trpc = useTRPC();
  const now = useLiveValue(({ at }) => Math.floor((at ?? 0) / AGAIN_MS) * AGAIN_MS);
  const to = now + 60_000;
  const { data } = useQuery({
    ...trpc.metrics.history.queryOptions({ name: "system.filesystem.usage", from: to - HOURS * 3_600_000, to, points: 72 }),
    enabled: now > 0,
  });
  return useMemo(() => {
    const times = new Map<string, number>();
    for (const { labels, values } of data?.series ?? []) {
      if (labels["system.filesystem.state"] !== "free") continue;
      const seconds = fillTime(data?.timestamps ?? [], values);
      if (seconds !== null) times.set(labels["system.filesystem.mountpoint"] ?? "", seconds);
    }
    return times;
  }, [data]);
}
