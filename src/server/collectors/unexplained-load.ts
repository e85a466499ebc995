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

/** Detects that the machine is busier than the processes that were read. */
export class UnexplainedLoad {
  private lastBusySeconds = Number.NaN;

  exists(busySeconds: number, explainedCores: number, elapsedSeconds: number): boolean {
    const cores = (busySeconds - this.lastBusySeconds) / elapsedSeconds;
    this.lastBusySeconds = busySeconds;
    return !(cores - explainedCores < UNEXPLAINED_CORES);
  }
}
