import type { Reading } from "~/domain/sample";

/** Where /proc and /sys are mounted. Containers and recorded hosts have them elsewhere. */
export interface Roots {
  proc: string;
  sys: string;
}

export interface Tick {
  /** Epoch milliseconds of the boundary. */
  at: number;
  /** Monotonic milliseconds since the tick before; undefined at the first one. */
  elapsedMs: number | undefined;
  /** False while ticks are batched: expensive readings that change slowly are then taken less often. */
  isWatched: boolean;
}

/**
 * Reads one subsystem. Readings that do not exist are left out. A throw of `collect` is a failure of this collector alone, reported once
 * when it begins and once when it ends. Opening a collector must not throw.
 */
export interface Collector {
  name: string;
  collect(tick: Tick): Reading[];
}

export type OpenCollector = (roots: Roots) => Collector;
