"use client";

import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { STALE_INTERVALS } from "~/domain/health";
import { useTRPC } from "~/trpc/browser";
import { type LiveState, LiveStore, type SnapshotEvent } from "./live-store";
import { connectStream } from "./stream-client";

const LiveContext = createContext<LiveStore | null>(null);

const LIVE_HOURS = 0.25;

interface LiveProviderProps {
  intervalSeconds: number;
  /** The newest values at server render. */
  initial: SnapshotEvent;
  children: ReactNode;
}

/** One event stream and one store for all live data of the page. */
export function LiveProvider({ intervalSeconds, initial, children }: LiveProviderProps) {
  const queries = useQueryClient();
  const trpc = useTRPC();
  const firstSnapshot = useRef(initial);
  // The stream says when it changes.
  const firstInterval = useRef(intervalSeconds);
  const live = useMemo(() => {
    const load = () => {
      const options = trpc.metrics.history.queryOptions({ name: "system", hours: LIVE_HOURS, points: 2000 });
      queries.fetchQuery({ ...options, staleTime: 0, gcTime: 0 }).then(
        (history) => store.loadHistory(history),
        // Live ticks fill the charts from here on; the next gap loads the history again.
        () => {},
      );
    };
    const store = new LiveStore(firstInterval.current, load);
    store.prime(firstSnapshot.current);
    return { store, load };
  }, [queries, trpc]);

  useEffect(() => {
    live.load();
    return connectStream(live.store);
  }, [live]);

  return <LiveContext value={live.store}>{children}</LiveContext>;
}

/** The live store, without a render at each tick. */
export function useLiveStore(): LiveStore {
  const store = useContext(LiveContext);
  if (!store) throw new Error("live data is used outside of LiveProvider");
  return store;
}

/** The live store, with a render at each tick. */
export function useLive(): { store: LiveStore; state: LiveState; intervalSeconds: number } {
  const store = useLiveStore();
  const state = useSyncExternalStore(store.subscribe, store.getState, store.getState);
  return { store, state, intervalSeconds: state.intervalSeconds };
}

export type Freshness =
  | { kind: "live" }
  | { kind: "connecting" }
  | { kind: "stopped" }
  | { kind: "paused" }
  | { kind: "reconnecting"; seconds: number | null }
  | { kind: "stale"; seconds: number };

/** How fresh the values on the page are, as of `now`. */
function freshnessOf(state: LiveState, now: number): Freshness {
  if (state.connection === "connecting") return { kind: "connecting" };
  const seconds = state.arrivedAt === null ? null : Math.max(0, Math.round((now - state.arrivedAt) / 1000));
  if (state.connection === "reconnecting") return { kind: "reconnecting", seconds };
  if (state.monitoring === "stopped") return { kind: "stopped" };
  // Connected, and no sample yet.
  if (seconds === null) return { kind: "connecting" };
  if (seconds > STALE_INTERVALS * state.intervalSeconds + 1) return { kind: "stale", seconds };
  if (state.paused) return { kind: "paused" };
  return { kind: "live" };
}

/** True when the values are older than they should be. Paused does not count: the user asked for it. */
export function isStale({ kind }: Freshness): boolean {
  return kind === "stale" || kind === "reconnecting" || kind === "stopped";
}

/** The freshness, checked every second; renders only when it changes. */
export function useFreshness(): Freshness {
  const store = useLiveStore();
  const subscribe = useCallback(
    (listener: () => void) => {
      const timer = setInterval(listener, 1000);
      const leave = store.subscribe(listener);
      return () => {
        clearInterval(timer);
        leave();
      };
    },
    [store],
  );
  const now = () => JSON.stringify(freshnessOf(store.getState(), store.serverNow()));
  const text = useSyncExternalStore(subscribe, now, () => JSON.stringify({ kind: store.getState().connection }));
  return useMemo(() => JSON.parse(text) as Freshness, [text]);
}

/** Selects from the live state and renders only when the result changes. `choose` must return a primitive. */
export function useLiveValue<T extends string | number | boolean | null>(choose: (state: LiveState) => T): T {
  const store = useLiveStore();
  return useSyncExternalStore(
    store.subscribe,
    () => choose(store.getState()),
    () => choose(store.getState()),
  );
}
