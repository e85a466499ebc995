/** Types of the stored process table. */
import type { ProcessState } from "~/domain/process";

/** The fields that rarely change, stored once per process. */
export type ProcessIdentity = [
  pid: number,
  startedAt: number,
  parentPid: number,
  name: string,
  command: string,
  user: string,
  group?: string | null,
  sessionId?: number | null,
];

export type NullableNumber = number | null;

/**
 * The fields that change: pid, state, cpu in ten-thousandths of a core, memory in KiB, virtual in KiB, threads, read, written,
 * minor and major faults, open files, voluntary and involuntary switches, short-lived children, shared and swapped memory in KiB.
 * Null is "no reading"; those at the end that have none are left out.
 */
export type EncodedValues = [
  number,
  ProcessState,
  NullableNumber,
  number,
  number,
  NullableNumber,
  NullableNumber,
  NullableNumber,
  NullableNumber?,
  NullableNumber?,
  NullableNumber?,
  NullableNumber?,
  NullableNumber?,
  NullableNumber?,
  NullableNumber?,
  NullableNumber?,
];

export interface BlockTick {
  /** Milliseconds since the block's start. */
  t: number;
  stale: number;
  /** True when the tick lists every process: others have exited. */
  all?: true;
  /** The clock was set: every identity is listed again, with a start that is this many milliseconds later. */
  moved?: number;
  changed: EncodedValues[];
  /** Changed values of processes that an earlier tick listed. */
  differences?: Differences;
  identities: ProcessIdentity[];
  exited: number[];
}

export interface ProcessBlock {
  v: number;
  /** Block 0 of a chain needs no other; each later one applies on top of the previous one. */
  chain: string;
  n: number;
  /** Milliseconds between ticks, if more than a second. */
  every?: number;
  ticks: BlockTick[];
}

/** A change of one value. */
export type EncodedProcess = number | string | null;

/** Rows are sorted by pid; columns are keyed by their place in `Values`. */
export interface Differences {
  /** The first pid, then the difference of each pid to the previous one. */
  pids: number[];
  /**
   * One entry a row, 0 for "unchanged". Trailing zeros are omitted, and so are columns with only zeros. An integer is the
   * difference between integers, a string the new value, null "no reading".
   */
  columns: Record<number, EncodedProcess[]>;
}
