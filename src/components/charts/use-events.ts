"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Span } from "~/components/view/range";
import { useTRPC } from "~/trpc/browser";
import { type Annotation, alertAnnotations, markAnnotations } from "./annotations";

const MINUTE_MS = 60_000;
const MOST_ALERTS = 500;

/** Alerts and marks of the range, asked again once a minute. */
export function useEvents({ from, to, moving }: Span): readonly Annotation[] {
  const trpc = useTRPC();
  const range = { from: Math.floor(from / MINUTE_MS) * MINUTE_MS, ...(!moving && { to }) };
  const asked = { enabled: to > 0, placeholderData: keepPreviousData } as const;
  const { data: alerts } = useQuery({ ...trpc.alerts.list.queryOptions({ ...range, limit: MOST_ALERTS }), ...asked });
  const { data: marks } = useQuery({ ...trpc.marks.list.queryOptions(range), ...asked });
  return useMemo(() => [...alertAnnotations(alerts?.alerts ?? []), ...markAnnotations(marks?.marks ?? [])], [alerts, marks]);
}
