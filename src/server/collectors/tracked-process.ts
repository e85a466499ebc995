/** State that the scanner keeps per process between ticks. */
import type { ProcessRow } from "~/domain/process";
import type { Command } from "./process-files";
import type { ProcessIo, ProcessStat, ProcessStatus } from "./process-stat";
import type { KernelFile } from "./procfs";

export interface TrackedProcess {
  stat: KernelFile;
  /** The stat line of the last reading. That of an idle process stays identical and need not be parsed again. */
  line: Buffer;
  lineLength: number;
  io: KernelFile;
  schedule: KernelFile;
  /** Run time from schedstat at the last check whether the process has run. */
  ranNanoseconds: number;
  ioRefused: boolean;
  last: ProcessStat;
  readAtMs: number;
  /** Readings without CPU time; and ticks since it was last seen to have run. */
  idleTicks: number;
  restTicks: number;
  ageTicks: number;
  ioBytes: ProcessIo | null;
  ioAtMs: number;
  detail: DetailCounters;
  /** A kernel thread. */
  isKernels: boolean;
  command: Command;
  /** Tick at which the command line was read last. */
  commandTick: number;
  /** It has run since: it may have written another title over its command line. */
  mayHaveNewCommand: boolean;
  row: ProcessRow;
}

/** Columns that are not read at every tick. */
export type DetailRates = Pick<
  ProcessRow,
  "minorFaultsPerSecond" | "majorFaultsPerSecond" | "openFiles" | "voluntarySwitchesPerSecond" | "involuntarySwitchesPerSecond"
>;

/** Counters that DetailRates are derived from. */
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
