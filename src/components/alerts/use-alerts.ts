"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLiveValue } from "~/components/live/live-provider";
import { useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";

/** Alerts of the last `hours`; refetched when the stream reports an alert. */
export function useAlerts(hours: number) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const version = useLiveValue(({ alertVersion }) => alertVersion);
  useEffect(() => {
    if (version > 0) void readAgain(queries, { queryKey: trpc.alerts.pathKey() });
  }, [version, queries, trpc]);
  return useQuery(trpc.alerts.list.queryOptions({ hours }));
}
