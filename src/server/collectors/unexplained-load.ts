import type { Reading } from "~/domain/sample";

/** CPU that known processes do not explain, in cores, from which on the idle ones are looked at too. */
const UNEXPLAINED_CORES = 0.05;
/** In these modes a core does nothing, or nothing for us. */
const NOT_BUSY = new Set(["idle", "iowait", "steal"]);

/** CPU seconds that all cores were busy since the boot, guests included; NaN without readings of the CPU. */
export function busySecondsOf(readings: readonly Reading[]): number {
  let seconds = Number.NaN;
  for (const { metric, labels, value } of readings) {
    if (metric === "system.cpu.time" ? NOT_BUSY.has(labels?.["cpu.mode"] ?? "") : metric !== "system.cpu.guest.time") continue;
    seconds = (seconds || 0) + value;
  }
  return seconds;
}

/** Tells when the machine is busier than the processes that were read. */
export class UnexplainedLoad {
  private lastBusySeconds = Number.NaN;

  exists(busySeconds: number, explainedCores: number, elapsedSeconds: number): boolean {
    const cores = (busySeconds - this.lastBusySeconds) / elapsedSeconds;
    this.lastBusySeconds = busySeconds;
    return !(cores - explainedCores < UNEXPLAINED_CORES);
  }
}
