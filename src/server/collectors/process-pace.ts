/** How often what is read of a process. Pure. */

import type { ScanDetail } from "~/domain/collection-cost";
import type { ProcessRow } from "~/domain/process";

/** Up to this many, an idle one is read in the very tick in which it has run; it takes turns once it has not for a minute. */
const FEW = 300;
export const LONG_REST_TICKS = 60;
/** After so many ticks without CPU a process is idle. */
export const IDLE_EVERY_TICKS = 5;
/** With sparse detail, on machines of any size. */
const SPARSE_EVERY_TICKS = 10;
/** A program that was just started usually replaces itself once more: its command line is read again after this many ticks. */
export const SETTLED_TICKS = 2;
/**
 * Descriptors, switches and faults cost reads of their own: told soon after a process has begun, then once in so many ticks if it
 * used CPU just now; of an idle one when it has become idle, and rarely after.
 */
const DETAIL_EVERY_TICKS: Record<ScanDetail, number> = { full: 10, reduced: 60, sparse: 60 };
const IDLE_DETAIL_EVERY_TICKS = 300;
const IDLE_DETAIL_FROM_TICKS = 2 * IDLE_EVERY_TICKS;
const FIRST_DETAIL_TICKS = 5;
const IO_EVERY_TICKS: Record<ScanDetail, number> = { full: 1, reduced: 5, sparse: 5 };

/** The parent of the kernel's own workers. They sleep nearly always: those at rest take turns on every machine. */
export const KTHREADD = 2;

interface Rest {
  row: ProcessRow;
  idleTicks: number;
  ageTicks: number;
  ioRefused: boolean;
}

/** True when there are so many, or so little time for them, that idle ones take turns. */
export function takesTurns(count: number, detail: ScanDetail): boolean {
  return count > FEW || detail === "sparse";
}

export function turnTicks(detail: ScanDetail): number {
  return detail === "sparse" ? SPARSE_EVERY_TICKS : IDLE_EVERY_TICKS;
}

/** True when another reading of the same line changes nothing that a viewer sees, and nothing else is due to be read. */
export function isAtRest({ row, idleTicks, ageTicks, ioRefused }: Rest): boolean {
  const quiet = row.cpu === 0 && !row.readBytesPerSecond && !row.writeBytesPerSecond;
  const settled = ageTicks > SETTLED_TICKS && (ioRefused || row.readBytesPerSecond !== null);
  return quiet && settled && idleTicks >= IDLE_EVERY_TICKS && (idleTicks + 1) % IDLE_EVERY_TICKS !== 0;
}

/** A worker of the kernel of which all has been told since it last ran. It has no memory that could be taken away: it changes by running alone. */
export function isSettledWorker({ isKernels, idleTicks }: { isKernels: boolean; idleTicks: number }): boolean {
  return isKernels && idleTicks > IDLE_DETAIL_FROM_TICKS;
}

/** `turn` differs between processes, so that not all are read at one tick. */
export function isDetailDue({ row, idleTicks, ageTicks }: Rest, turn: number, detail: ScanDetail): boolean {
  // Those that were there at the start do not all come at one tick.
  if (ageTicks <= 2 * FIRST_DETAIL_TICKS) return ageTicks === FIRST_DETAIL_TICKS + (row.pid % FIRST_DETAIL_TICKS);
  if (idleTicks < IDLE_EVERY_TICKS) return idleTicks === 0 && turn % DETAIL_EVERY_TICKS[detail] === 0;
  return idleTicks === IDLE_DETAIL_FROM_TICKS || idleTicks % IDLE_DETAIL_EVERY_TICKS === 0;
}

/** What to do with the I/O counters: read them, leave the rates as they are, or say 0 since an idle process moves nothing. */
export function ioStep({ idleTicks }: Rest, turn: number, detail: ScanDetail): "read" | "keep" | "nothing" {
  if (idleTicks < IDLE_EVERY_TICKS) return turn % IO_EVERY_TICKS[detail] === 0 ? "read" : "keep";
  return idleTicks % IDLE_EVERY_TICKS === 0 ? "read" : "nothing";
}
