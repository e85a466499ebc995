import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLiveValue } from "~/components/live/live-provider";
import type { ProcessSort } from "~/domain/process";
import { useTRPC } from "~/trpc/browser";

const LIVE_EVERY_MS = 2000;
const MOST_ROWS = 10_000;

/** Refetches the live table on ticks, at most every two seconds; loads a past moment once. */
export function useProcesses(at: number | null, { sort, tree }: { sort: ProcessSort; tree: boolean }) {
  const trpc = useTRPC();
  const tick = useLiveValue((state) => Math.floor((state.at ?? 0) / LIVE_EVERY_MS));
  const options = trpc.processes.list.queryOptions({ sort, tree, limit: MOST_ROWS, present: true, ...(at !== null && { at }) });
  const query = useQuery({ ...options, placeholderData: keepPreviousData, gcTime: 5000 });
  const { refetch } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new tick is the reason to ask again.
  useEffect(() => {
    if (at === null) void refetch();
  }, [tick, at, refetch]);
  return query;
}
