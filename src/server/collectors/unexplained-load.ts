import type { Reading } from "~/domain/sample";

/** Cores in use that the processes read so far do not explain: from this many on, idle ones are read too. */
const UNEXPLAINED_CORES = 0.05;
/** Modes in which a core does no work, or none for this machine. */
const NOT_BUSY = new Set(["idle", "iowait", "steal"]);

/** CPU seconds that all cores were busy since boot; user includes guests. NaN without CPU readings. */
export function busySecondsOf(readings: readonly Reading[]): number {
  let seconds = Number.NaN;
  for (const { metric, labels, value } of readings) {
    if (metric !== "system.cpu.time" || NOT_BUSY.has(labels?.["cpu.mode"] ?? "")) continue;
    seconds = (seconds || 0) + value;
  }
  return seconds;
}

/** How much of the machine was in use from one scan to the next. */
export class BusyCores {
  private lastBusySeconds = Number.NaN;

  /** In cores; NaN at the first scan, or without CPU readings. */
  next(busySeconds: number, elapsedSeconds: number): number {
    const cores = elapsedSeconds > 0 ? (busySeconds - this.lastBusySeconds) / elapsedSeconds : Number.NaN;
    this.lastBusySeconds = busySeconds;
    return cores;
  }
}

/** The machine was busier than the processes that were read; also if that is unknown. Both in cores. */
export function isLoadUnexplained(busy: number, explained: number): boolean {
  return !(busy - explained < UNEXPLAINED_CORES);
}
