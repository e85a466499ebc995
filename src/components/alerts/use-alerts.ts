"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLive } from "~/components/live/live-provider";
import { useTRPC } from "~/trpc/client";

/** Alerts of the last hours; asked for again when the stream tells of one. */
export function useAlerts(hours: number) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { state } = useLive();
  useEffect(() => {
    if (state.alertVersion > 0) void queries.invalidateQueries({ queryKey: trpc.alerts.pathKey() });
  }, [state.alertVersion, queries, trpc]);
  return useQuery(trpc.alerts.list.queryOptions({ hours }));
}
