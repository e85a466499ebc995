import type { Reading } from "~/domain/sample";

/** Where the kernel's files are; other roots serve containers and recorded hosts. */
export interface Roots {
  proc: string;
  sys: string;
}

export interface Tick {
  /** Epoch milliseconds of the boundary. */
  at: number;
  /** Monotonic milliseconds since the tick before; undefined at the first one. */
  elapsedMs: number | undefined;
  /** False while this tick may wait before anyone sees it: what is costly and moves slowly is then read less often. */
  isWatched: boolean;
}

/**
 * Reads one subsystem. What is not there is left out of the answer; a throw is a failure of this collector alone and is
 * reported once per change of state.
 */
export interface Collector {
  name: string;
  collect(tick: Tick): Reading[];
}

export type OpenCollector = (roots: Roots) => Collector;
