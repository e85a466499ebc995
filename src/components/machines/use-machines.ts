"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useLiveValue } from "~/components/live/live-provider";
import { usePageFacts } from "~/components/view/page-facts";
import { useTRPC } from "~/trpc/browser";

const REFRESH_MS = 10_000;

/** Asked again before long in any case: an engine that is away is not tried three times. */
function useEverySoOften() {
  const paused = useLiveValue((state) => state.paused);
  const { fleet } = usePageFacts();
  return { enabled: fleet, refetchInterval: paused ? (false as const) : REFRESH_MS, staleTime: REFRESH_MS, retry: false };
}

/** All machines. While the engine is away, the last ones stay, beside the error. */
export function useMachines() {
  const trpc = useTRPC();
  return useQuery({ ...trpc.machines.list.queryOptions(), ...useEverySoOften(), placeholderData: keepPreviousData });
}

/** What fires on them, the worst first. */
export function useMachineAlerts() {
  const trpc = useTRPC();
  return useQuery({ ...trpc.machines.alerts.queryOptions(), ...useEverySoOften(), placeholderData: keepPreviousData });
}
