"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTRPC } from "~/trpc/browser";

/** The reader thread that answers may rest in between. */
const AGAIN_MS = 5 * 60_000;

/** When each filesystem is full, epoch milliseconds by mount point; only those of which that is foretold. */
export function useFillTimes(): ReadonlyMap<string, number> {
  const trpc = useTRPC();
  const { data } = useQuery({ ...trpc.metrics.outlook.queryOptions(), refetchInterval: AGAIN_MS });
  return useMemo(
    () =>
      new Map(
        (data ?? []).flatMap(({ kind, mountpoint, full }) =>
          kind === "filesystem" && mountpoint !== null && full !== null ? [[mountpoint, Date.parse(full.expected)] as const] : [],
        ),
      ),
    [data],
  );
}
