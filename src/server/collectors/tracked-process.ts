/** What the scanner keeps of each process between two ticks. */
import type { ProcessRow } from "~/domain/process";
import type { ProcessStat, ProcessStatus } from "./process-stat";
import type { KeptFile } from "./procfs";

export interface TrackedProcess {
  stat: KeptFile;
  /** The line as it was read last. An idle process's line stays the same to the byte, and then need not be parsed. */
  line: Buffer;
  lineLength: number;
  io: KeptFile;
  schedule: KeptFile;
  /** As it was at the last look whether it has run. */
  ranNanoseconds: number;
  ioRefused: boolean;
  last: ProcessStat;
  readAtMs: number;
  /** Readings without CPU, and ticks since it was last seen to have run. */
  idleTicks: number;
  restTicks: number;
  ageTicks: number;
  ioBytes: { read: number; written: number } | null;
  ioAtMs: number;
  detail: DetailCounters;
  /** A worker of the kernel itself. */
  isKernels: boolean;
  row: ProcessRow;
}

/** The part of a row that is read less often than each tick. */
export type DetailRates = Pick<
  ProcessRow,
  "minorFaultsPerSecond" | "majorFaultsPerSecond" | "openFiles" | "voluntarySwitchesPerSecond" | "involuntarySwitchesPerSecond"
>;

/** What the rates of the detail are made from. */
export interface DetailCounters {
  atMs: number;
  voluntary: number | null;
  involuntary: number | null;
  minorFaults: number;
  majorFaults: number;
}

export function countersOf(status: ProcessStatus, { minorFaults, majorFaults }: ProcessStat, atMs: number): DetailCounters {
  return { atMs, voluntary: status.voluntarySwitches, involuntary: status.involuntarySwitches, minorFaults, majorFaults };
}
