"use client";

import { useQuery } from "@tanstack/react-query";
import { useFreshness, useLiveValue } from "~/components/live/live-provider";
import { useTRPC } from "~/trpc/browser";

const EVERY_MS = 5000;

/** On every page, while no samples arrive though they should: why, and what to do. */
export function NoSamples() {
  const trpc = useTRPC();
  const { kind } = useFreshness();
  const hasNone = useLiveValue(({ connection, arrivedAt }) => connection === "live" && arrivedAt === null);
  const isMissing = kind === "stale" || hasNone;
  const { data } = useQuery({ ...trpc.health.get.queryOptions(), enabled: isMissing, refetchInterval: EVERY_MS, staleTime: 0 });
  const sampling = data?.checks.find(({ name }) => name === "sampling");
  if (!isMissing || sampling?.status !== "degraded") return null;
  return (
    <p role="alert" className="border-b border-critical bg-card px-3 py-2 text-[13px] first-letter:uppercase min-[800px]:px-6">
      {sampling.detail}
    </p>
  );
}
