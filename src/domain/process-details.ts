import type { ProcessState } from "./process";

export interface ProcessThread {
  id: number;
  name: string;
  state: ProcessState;
  /** Since the thread started. */
  cpuSeconds: number;
}

export interface ProcessAncestor {
  pid: number;
  name: string;
}

/** Fields that could not be read, and why: `no permission`, `a zombie has none`. */
export type UnreadableFields = Partial<Record<UnreadField, string>>;
export type UnreadField =
  | "executable"
  | "workingDirectory"
  | "openFiles"
  | "openFilesLimit"
  | "pssBytes"
  | "swapBytes"
  | "readBytes"
  | "writtenBytes"
  | "readCalls"
  | "writeCalls"
  | "voluntarySwitches"
  | "involuntarySwitches";

/**
 * Everything about one process at the time of the request. A field that could not be read is null, with the reason in `unread`.
 */
export interface ProcessDetails {
  pid: number;
  /** Epoch milliseconds. */
  startedAt: number;
  ageSeconds: number;
  name: string;
  /** Empty for kernel threads. */
  arguments: string[];
  user: string;
  state: ProcessState;
  /** The container or systemd unit it runs in. */
  group: string | null;
  executable: string | null;
  workingDirectory: string | null;
  /** Nearest first, up to the first process. */
  parents: ProcessAncestor[];
  /** CPU time since it started, without its children. */
  cpuSeconds: number;
  residentBytes: number;
  /** Resident share of the machine's memory, 0 to 1. */
  memoryUtilization: number | null;
  virtualBytes: number;
  /** Proportional set size: shared memory is divided among the processes that share it. */
  pssBytes: number | null;
  swapBytes: number | null;
  openFiles: number | null;
  /** Null with no reason in `unread`: unlimited. */
  openFilesLimit: number | null;
  /** From and to storage since it started. */
  readBytes: number | null;
  writtenBytes: number | null;
  /** read and write calls since it started, to storage or elsewhere. */
  readCalls: number | null;
  writeCalls: number | null;
  minorFaults: number;
  majorFaults: number;
  /** Sum over all threads since they started. */
  voluntarySwitches: number | null;
  involuntarySwitches: number | null;
  threadCount: number;
  /** The first ones, by thread id. */
  threads: ProcessThread[];
  unread: UnreadableFields;
}
