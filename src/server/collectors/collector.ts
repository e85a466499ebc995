import type { NotMeasured } from "~/domain/host";
import type { Reading } from "~/domain/sample";
import type { Roots } from "../roots";

export interface Tick {
  /** Epoch milliseconds of the boundary. */
  at: number;
  /** Monotonic milliseconds since the previous tick; undefined at the first one. */
  elapsedMs: number | undefined;
  /** False while ticks are batched: expensive readings that change slowly are then taken less often. */
  isWatched: boolean;
}

/**
 * Reads one subsystem. Omits readings that do not exist. An exception from `collect` fails this collector only and is reported
 * once when it starts and once when it ends. Opening a collector must not throw.
 */
export interface Collector {
  name: string;
  collect(tick: Tick): Reading[];
  /** What of its subsystem cannot be read, and why. The same array until it changes. */
  readonly absences?: readonly NotMeasured[];
}

export type OpenCollector = (roots: Roots) => Collector;
