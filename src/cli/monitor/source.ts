import type { ProcessRow } from "~/domain/process";
import type { MonitorEvent, SortKey } from "./state";

export type SourceEvent = Exclude<MonitorEvent, { type: "key" } | { type: "tick" }> | { type: "sample"; tick: LiveSample };

export type LiveSample = Extract<MonitorEvent, { type: "tick" }>["tick"];

export interface ProcessWish {
  sort: SortKey;
  /** Null for the whole table. */
  limit: number | null;
}

/** Where the monitor's numbers come from: a server's stream, or the kernel here. */
export interface Source {
  name: string;
  /** Rejects when there is nothing to begin with; what is lost later is tried again and told as `link`. */
  open(emit: (event: SourceEvent) => void): Promise<void>;
  processes(wish: ProcessWish): Promise<readonly ProcessRow[]>;
  close(): void;
}
