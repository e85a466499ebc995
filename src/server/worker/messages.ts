/** What the collector thread and the main thread say to each other. */

import type { CollectionCost } from "~/domain/collection-cost";
import type { ProcessDelta } from "~/domain/process";
import type { Reading, Series } from "~/domain/sample";

export interface CollectorThreadOptions {
  databasePath: string;
  intervalMs: number;
  cores: number;
  procRoot: string;
  sysRoot: string;
  running: boolean;
  /** False while the disk has no room: samples wait in memory. */
  writable: boolean;
}

export type ToThread =
  | { type: "run" }
  /** What the user's own metrics say now; goes with every sample from here on. */
  | { type: "custom"; readings: Reading[] }
  | { type: "pause" }
  | { type: "writable"; writable: boolean }
  /** Whether to send ticks some at a time. With false the thread sends what it holds, and then "released". */
  | { type: "batch"; batch: boolean }
  | { type: "stop" };

export interface ThreadTick {
  at: number;
  /** Only when the layout is another one than at the tick before. */
  series: readonly Series[] | null;
  values: Float64Array;
  processes: ProcessDelta;
  cost: CollectionCost;
}

export type FromThread =
  /** In their order. */
  | { type: "ticks"; ticks: readonly ThreadTick[] }
  | { type: "released" }
  | { type: "collector"; collector: string; error: string | null }
  | { type: "log"; error: string | null }
  | { type: "stopped" };
