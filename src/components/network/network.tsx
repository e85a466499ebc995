"use client";

import "~/components/shell/with-frame";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { isStale, useFreshness, useLive } from "~/components/live/live-provider";
import { CardBoundary } from "~/components/ui/card-boundary";
import { Failure, Skeleton } from "~/components/ui/states";
import { useRange } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import type { InterfaceRow } from "~/domain/network";
import { useTRPC } from "~/trpc/browser";
import { ConversationsCard } from "./conversations-card";
import { withNewestRates } from "./interface-rates";
import { InterfacesCard } from "./interfaces-card";
import { ConnectionsChart, TrafficChart } from "./network-charts";
import { PortsCard } from "./ports-card";
import { ProtocolsCard } from "./protocols-card";

const REFRESH_MS = 5000;

/** Interfaces, connections and listeners, refetched on ticks at most every five seconds. */
function useNetwork() {
  const trpc = useTRPC();
  const { state } = useLive();
  const query = useQuery({ ...trpc.network.get.queryOptions(), placeholderData: keepPreviousData });
  const { refetch } = query;
  const tick = Math.floor((state.at ?? 0) / REFRESH_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new tick is the reason to ask again.
  useEffect(() => {
    void refetch();
  }, [tick, refetch]);
  return query;
}

export function Network() {
  const { network: words } = useWords();
  const { span } = useRange();
  const { data, error, refetch } = useNetwork();
  const stale = isStale(useFreshness());
  const { store } = useLive();
  const newest = (row: InterfaceRow) => withNewestRates(row, (metric, labels) => store.current(metric, labels));
  return (
    <div className="flex flex-col gap-3" data-wide>
      <h1 className="text-[20px] font-semibold">
        {words.title} {!span.moving && <span className="text-[13px] font-normal text-muted">{words.current}</span>}
      </h1>
      {error && <Failure error={error} retry={() => void refetch()} />}
      <div className="grid grid-cols-1 gap-3 min-[900px]:grid-cols-2">
        <CardBoundary title={words.traffic.title}>
          <TrafficChart stale={stale} />
        </CardBoundary>
        <CardBoundary title={words.connectionStates.title}>
          <ConnectionsChart now={data?.connections} />
        </CardBoundary>
      </div>
      {!data && !error && <Skeleton label={words.loading} height={180} />}
      {data && (
        <>
          <InterfacesCard rows={data.interfaces.map(newest)} />
          <ConversationsCard rows={data.conversations} total={data.conversationCount} />
          <div className="grid grid-cols-1 gap-3 min-[900px]:grid-cols-2">
            <PortsCard rows={data.listening} />
            <ProtocolsCard rows={data.protocols} newest={(metric, labels) => store.current(metric, labels)} />
          </div>
        </>
      )}
    </div>
  );
}
