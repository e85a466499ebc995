import type { ProcessState } from "./process";

export interface ProcessThread {
  id: number;
  name: string;
  state: ProcessState;
  /** Since it began. */
  cpuSeconds: number;
}

export interface ProcessAncestor {
  pid: number;
  name: string;
}

/** What could not be read of a process, and why: `no permission`, `a zombie has none`. */
export type Unread = Partial<Record<UnreadField, string>>;
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

/** Everything about one process at the moment of asking; each null field has its reason in `unread`. */
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
  /** CPU time since it began, without its children. */
  cpuSeconds: number;
  residentBytes: number;
  /** Resident share of the machine's memory, 0 to 1. */
  memoryUtilization: number | null;
  virtualBytes: number;
  /** Its share of memory: what it shares with others is divided among them. */
  pssBytes: number | null;
  swapBytes: number | null;
  openFiles: number | null;
  /** Null with no reason in `unread`: unlimited. */
  openFilesLimit: number | null;
  /** From and to storage since it began. */
  readBytes: number | null;
  writtenBytes: number | null;
  /** Calls of read and write since it began, to storage or elsewhere. */
  readCalls: number | null;
  writeCalls: number | null;
  minorFaults: number;
  majorFaults: number;
  /** Of all its threads since they began. */
  voluntarySwitches: number | null;
  involuntarySwitches: number | null;
  threadCount: number;
  /** The first of them, by number. */
  threads: ProcessThread[];
  unread: Unread;
}
