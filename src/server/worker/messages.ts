/** Messages between the collector thread and the main thread. */

import type { CollectionCost } from "~/domain/collection-cost";
import type { NotMeasured } from "~/domain/host";
import type { ProcessDelta } from "~/domain/process";
import type { Reading, Series } from "~/domain/sample";
import type { Roots } from "../roots";
import type { HeartbeatMemory } from "./heartbeat";

export interface CollectorThreadOptions {
  databasePath: string;
  intervalMs: number;
  cores: number;
  /** Series at once. */
  mostSeries: number;
  roots: Roots;
  running: boolean;
  /** False while the disk's free space is below the floor: samples are queued in memory. */
  writable: boolean;
  /** Further names whose value is a secret, in command lines. */
  redact: readonly string[];
  /** Ends the process when the main thread stands still. Null leaves it alone. */
  watchdog: { memory: HeartbeatMemory; logPath: string } | null;
}

export type ToThread =
  | { type: "run" }
  /** Readings of custom metrics, added to every sample from now on. */
  | { type: "custom"; readings: Reading[] }
  | { type: "pause" }
  | { type: "writable"; writable: boolean }
  /** Whether to send ticks in batches. On false the thread sends its held ticks, then "released". */
  | { type: "batch"; batch: boolean }
  | { type: "stop" };

export interface ThreadTick {
  at: number;
  /** By how much the wall clock was set since the tick before, negative when back; 0 as a rule. */
  clockStepMs: number;
  /** Null when the layout is the same as at the previous tick. */
  series: readonly Series[] | null;
  values: Float64Array;
  processes: ProcessDelta;
  cost: CollectionCost;
}

export type FromThread =
  /** Oldest first. */
  | { type: "ticks"; ticks: readonly ThreadTick[] }
  | { type: "released" }
  | { type: "collector"; collector: string; error: string | null }
  /** All that cannot be read now. */
  | { type: "absences"; absences: readonly NotMeasured[] }
  | { type: "log"; error: string | null }
  | { type: "stopped" };
