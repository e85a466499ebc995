/** Messages between the reader thread and the main thread. */
import type { ErrorCode } from "~/domain/errors";
import type { MetricDefinition } from "~/domain/metric";
import type { Sample } from "~/domain/sample";
import type { StoredBlock } from "../store/processes/process-archive";
import type { Answer, Kind, Question } from "./requests";

export interface ReaderThreadOptions {
  databasePath: string;
  intervalMs: number;
}

/** What the database does not have yet. */
export interface Unwritten {
  samples: readonly Sample[];
  processes: readonly StoredBlock[];
}

export type ToReader =
  /** Further metrics that are not built in. */
  | { type: "define"; metrics: readonly MetricDefinition[] }
  | { type: "ask"; id: number; cost: number; question: Question; unwritten: Unwritten }
  /** Nobody waits for the answer any more. */
  | { type: "cancel"; id: number }
  /** Nobody reads that export any more. */
  | { type: "close"; id: number }
  | { type: "stop" };

export interface ThreadError {
  /** Null for an error that nobody foresaw. */
  code: ErrorCode | null;
  message: string;
  stack: string;
}

export type FromReader =
  | { type: "answer"; id: number; answer: Answer<Kind> }
  | { type: "failed"; id: number; error: ThreadError };
