/** How often each part of a process is read. Pure. */

import type { ScanDetail } from "~/domain/collection-cost";
import type { ProcessRow } from "~/domain/process";

/**
 * Up to this many processes, an idle one is read in the tick in which it ran. After a minute without running it is read in
 * rotation.
 */
const FEW = 300;
export const LONG_REST_TICKS = 60;
/** A process is idle after this many ticks without CPU time. In rotation it is read once per as many ticks. */
export const IDLE_EVERY_TICKS = 5;
/** Length of the rotation with sparse detail, on machines of any size. */
const SPARSE_EVERY_TICKS = 10;
/** A new process usually execs once more right after it starts: its command line is read again after this many ticks. */
export const SETTLED_TICKS = 2;
/**
 * Open files, context switches and faults need extra reads. They are read soon after a process starts, then once per this many
 * ticks if it has just used CPU. An idle process: once when it has become idle, and rarely after that.
 */
const DETAIL_EVERY_TICKS: Record<ScanDetail, number> = { full: 10, reduced: 60, sparse: 60 };
const IDLE_DETAIL_EVERY_TICKS = 300;
const IDLE_DETAIL_FROM_TICKS = 2 * IDLE_EVERY_TICKS;
const FIRST_DETAIL_TICKS = 5;
const COMMAND_EVERY_TICKS: Record<ScanDetail, number> = { full: 5, reduced: 30, sparse: 60 };
const IO_EVERY_TICKS: Record<ScanDetail, number> = { full: 1, reduced: 5, sparse: 5 };

/** kthreadd, the parent of all kernel threads. These nearly always sleep: idle ones are read in rotation on every machine. */
export const KTHREADD = 2;

interface Rest {
  row: ProcessRow;
  idleTicks: number;
  ageTicks: number;
  ioRefused: boolean;
}

/** True when idle processes are read in rotation: there are too many, or the detail is sparse. */
export function isInRotation(count: number, detail: ScanDetail): boolean {
  return count > FEW || detail === "sparse";
}

export function rotationTicks(detail: ScanDetail): number {
  return detail === "sparse" ? SPARSE_EVERY_TICKS : IDLE_EVERY_TICKS;
}

/** True when an unchanged stat line needs no more work: no visible value changes and no other read is due. */
export function isAtRest({ row, idleTicks, ageTicks, ioRefused }: Rest): boolean {
  const quiet = row.cpu === 0 && !row.readBytesPerSecond && !row.writeBytesPerSecond;
  const settled = ageTicks > SETTLED_TICKS && (ioRefused || row.readBytesPerSecond !== null);
  return quiet && settled && idleTicks >= IDLE_EVERY_TICKS && (idleTicks + 1) % IDLE_EVERY_TICKS !== 0;
}

/** A kernel thread whose last run has been reported in full. It has no memory to reclaim: it changes only by running. */
export function isSettledWorker({ isKernels, idleTicks }: { isKernels: boolean; idleTicks: number }): boolean {
  return isKernels && idleTicks > IDLE_DETAIL_FROM_TICKS;
}

/** `turn` differs between processes, which spreads the reads over ticks. */
export function isDetailDue({ row, idleTicks, ageTicks }: Rest, turn: number, detail: ScanDetail): boolean {
  // Spreads the processes that exist at start over several ticks.
  if (ageTicks <= 2 * FIRST_DETAIL_TICKS) return ageTicks === FIRST_DETAIL_TICKS + (row.pid % FIRST_DETAIL_TICKS);
  if (idleTicks < IDLE_EVERY_TICKS) return idleTicks === 0 && turn % DETAIL_EVERY_TICKS[detail] === 0;
  return idleTicks === IDLE_DETAIL_FROM_TICKS || idleTicks % IDLE_DETAIL_EVERY_TICKS === 0;
}

/** Whether to look if a process has written another title over its command line: only after it has run, and not at every tick. */
export function isCommandDue(
  { row, mayHaveNewCommand, commandTick }: { row: ProcessRow; mayHaveNewCommand: boolean; commandTick: number },
  tickCount: number,
  detail: ScanDetail,
): boolean {
  // Kernel threads and zombies have none.
  return mayHaveNewCommand && row.virtualBytes > 0 && tickCount - commandTick >= COMMAND_EVERY_TICKS[detail];
}

/** What to do with the I/O counters: read them, keep the rates, or report 0, as an idle process does no I/O. */
export function ioStep({ idleTicks }: Rest, turn: number, detail: ScanDetail): "read" | "keep" | "nothing" {
  if (idleTicks < IDLE_EVERY_TICKS) return turn % IO_EVERY_TICKS[detail] === 0 ? "read" : "keep";
  return idleTicks % IDLE_EVERY_TICKS === 0 ? "read" : "nothing";
}
