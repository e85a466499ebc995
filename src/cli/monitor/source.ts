import type { ProcessRow } from "~/domain/process";
import type { MonitorEvent, SortKey } from "./state";

export type SourceEvent = Exclude<MonitorEvent, { type: "key" } | { type: "tick" }> | { type: "sample"; tick: LiveSample };

export type LiveSample = Extract<MonitorEvent, { type: "tick" }>["tick"];

export interface ProcessQuery {
  sort: SortKey;
  /** Null requests the whole table. */
  limit: number | null;
}

/** Data source of the monitor: a server's stream, or the local kernel. */
export interface Source {
  name: string;
  /** Rejects when the first connection fails; later losses are retried and reported as `link` events. */
  open(emit: (event: SourceEvent) => void): Promise<void>;
  processes(wish: ProcessQuery): Promise<readonly ProcessRow[]>;
  close(): void;
}
