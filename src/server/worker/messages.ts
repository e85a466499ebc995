/** What the collector thread and the main thread say to each other. */
import type { ProcessDelta } from "~/domain/process";
import type { CollectionCost } from "~/domain/process-detail";
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
  | { type: "stop" };

export type FromThread =
  | {
      type: "tick";
      at: number;
      /** Only when the layout is another one than at the tick before. */
      series: readonly Series[] | null;
      values: Float64Array;
      processes: ProcessDelta;
      cost: CollectionCost;
    }
  | { type: "collector"; collector: string; error: string | null }
  | { type: "log"; error: string | null }
  | { type: "stopped" };
