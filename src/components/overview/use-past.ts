"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { columnsOf } from "~/components/live/system-columns";
import { bySeverity } from "~/domain/judgement";
import { type TopProgram, topPrograms } from "~/domain/top-processes";
import type { Span } from "~/domain/typed-range";
import { useTRPC } from "~/trpc/browser";
import type { ListedAlert } from "./finding";
import { hasSameSize, type Read, type SIZES } from "./same-size";

const HOUR_MS = 3_600_000;
/** Alerts that began so long before the range are asked for: those that still fired in it belong to it. */
const BEFORE_MS = 7 * 24 * HOUR_MS;
const MOST_ALERTS = 500;
/** All: a program counts with all of its processes. */
const MOST_PROCESSES = 10_000;

const NOTHING_KNOWN: Read = () => null;

/** Reads what was measured an hour ago, if the machine was the same then; asked for every five minutes. */
export function useHourAgo(now: number, current: Read): Read {
  const trpc = useTRPC();
  const from = Math.floor(now / 300_000) * 300_000 - HOUR_MS;
  const range = { from, to: from + 60_000, points: 1 };
  const { data: bundle } = useQuery({ ...trpc.metrics.history.queryOptions({ name: "system", ...range }), enabled: now > 0 });
  const sizeQuery = (name: (typeof SIZES)[number]) => ({
    ...trpc.metrics.history.queryOptions({ name, ...range }),
    enabled: now > 0,
    retry: false,
  });
  const { data: memory, isPending: awaitsMemory } = useQuery(sizeQuery("system.memory.limit"));
  const { data: cpus, isPending: awaitsCpus } = useQuery(sizeQuery("system.cpu.logical.count"));
  const before = useMemo((): Read => {
    const column = columnsOf([bundle, memory, cpus].flatMap((one) => one?.series ?? []));
    return (metric, labels) => column(metric, labels)[0] ?? null;
  }, [bundle, memory, cpus]);
  return !awaitsMemory && !awaitsCpus && hasSameSize(before, current) ? before : NOTHING_KNOWN;
}

/** The alerts that fired in a range that is over, worst first; null until they are read. */
export function usePastAlerts({ from, to, moving }: Span): ListedAlert[] | null {
  const trpc = useTRPC();
  const { data } = useQuery({
    ...trpc.alerts.list.queryOptions({ from: from - BEFORE_MS, to, limit: MOST_ALERTS }),
    enabled: !moving && to > 0,
  });
  return useMemo(() => {
    if (!data) return null;
    return bySeverity(data.alerts.filter(({ resolvedAt }) => resolvedAt === null || Date.parse(resolvedAt) > from));
  }, [data, from]);
}

const NO_PROGRAMS: TopProgram[] = [];

/** The programs with the most CPU at the end of a range that is over; empty until they are read, null when none are kept. */
export function usePastPrograms({ to, moving }: Span): TopProgram[] | null {
  const trpc = useTRPC();
  const { data, error } = useQuery({
    ...trpc.processes.list.queryOptions({ at: to, sort: "cpu", limit: MOST_PROCESSES }),
    enabled: !moving && to > 0,
    retry: false,
  });
  const programs = useMemo(() => data && topPrograms(data.processes), [data]);
  return error ? null : (programs ?? NO_PROGRAMS);
}
