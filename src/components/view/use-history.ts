"use client";

import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTRPC, useTRPCClient } from "~/trpc/browser";
import { type ChartHistory, tailFrom, withTail } from "./history-tail";
import type { Span } from "./range";

/** The browser caches a fixed range for this long, so that going back to it needs no request. */
const KEPT_MS = 30 * 60_000;
/** A moving range is read whole this often: readings may have come late. */
const WHOLE_MS = 5 * 60_000;

export interface HistoryQuery {
  name: string;
  span: Span;
  points: number;
  /** At most that many series. */
  limit: number;
  enabled?: boolean;
}

interface Loaded {
  /** What the readings are of: another metric or length starts over. */
  of: string;
  wholeAt: number;
  answer: Answer;
}

interface Answer extends ChartHistory {
  from: string;
  to: string;
}

/** The readings of a range. Of a moving one only what is new is asked for. */
export function useHistory({
  name,
  span,
  points,
  limit,
  enabled = true,
}: HistoryQuery): UseQueryResult<Answer, { message: string }> {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const loaded = useRef<Loaded | null>(null);
  const { from, to, moving } = span;
  const asked = { name, from, to, points, limit };
  const of = `${name} ${to - from} ${points} ${limit}`;

  const read = async (signal: AbortSignal): Promise<Answer> => {
    const last = loaded.current;
    const isFresh = moving && last !== null && last.of === of && to - last.wholeAt < WHOLE_MS;
    const begin = isFresh ? tailFrom(last.answer, { from, to }) : null;
    if (isFresh && begin !== null) {
      const tail = await client.metrics.history.query({ name, from: begin, to, step: last.answer.stepSeconds }, { signal });
      const joined = withTail(last.answer, tail, from);
      if (joined) {
        const answer = { ...joined, from: new Date(from).toISOString(), to: tail.to };
        loaded.current = { ...last, answer };
        return answer;
      }
    }
    const answer = await client.metrics.history.query(asked, { signal });
    loaded.current = { of, wholeAt: to, answer };
    return answer;
  };

  const query = useQuery<Answer, { message: string }>({
    // A moving range has one key: what is being read is not given up each time that it moves.
    queryKey: moving ? [...trpc.metrics.history.queryKey(), of] : trpc.metrics.history.queryKey(asked),
    queryFn: ({ signal }) => read(signal),
    placeholderData: keepPreviousData,
    enabled: enabled && to > 0,
    gcTime: moving ? 10_000 : KEPT_MS,
  });
  const { refetch } = query;
  // Whenever the range has moved, what is new is read.
  useEffect(() => {
    if (moving && enabled && to > 0) void refetch({ cancelRefetch: false });
  }, [moving, enabled, to, refetch]);
  return query;
}
