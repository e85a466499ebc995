/** The stored form of the process table, as types. */
import type { ProcessState } from "~/domain/process";

/** What hardly changes, once a process: pid, startedAt, parentPid, name, command, user, group. */
export type ProcessIdentity = [
  pid: number,
  startedAt: number,
  parentPid: number,
  name: string,
  command: string,
  user: string,
  group?: string | null,
];

export type Known = number | null;

/**
 * What changes: pid, state, cpu in ten-thousandths, memory in KiB, virtual in KiB, threads, read, written, minor and major faults,
 * open files, voluntary and involuntary switches, and short-lived children where there were any. Null is "no reading".
 */
export type Values = [
  number,
  ProcessState,
  Known,
  number,
  number,
  Known,
  Known,
  Known,
  Known?,
  Known?,
  Known?,
  Known?,
  Known?,
  Known?,
];

export interface BlockTick {
  /** Milliseconds since the block's start. */
  t: number;
  stale: number;
  /** True when the tick lists every process: what is not in it is gone. */
  all?: true;
  changed: Values[];
  /** Of processes that were told before. */
  differences?: Differences;
  identities: ProcessIdentity[];
  exited: number[];
}

export interface ProcessBlock {
  v: number;
  /** Blocks of one chain belong together: number 0 stands by itself, each other one goes on from the one before. */
  chain: string;
  n: number;
  /** Milliseconds between ticks where they are more than a second. */
  every?: number;
  ticks: BlockTick[];
}

/** A change of one value. */
export type Entry = number | string | null;

/** Rows in the order of their pids; columns by their place in `Values`. */
export interface Differences {
  /** The first pid, then the steps to the next ones. */
  pids: number[];
  /**
   * One entry a row, 0 for "as before"; those at the end that are are left out, and so are columns without any other. A whole number
   * is the difference between whole numbers, text the new value, null "no reading".
   */
  columns: Record<number, Entry[]>;
}
