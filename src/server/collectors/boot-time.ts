/** When the machine's clock of process starts was zero: start times in /proc count ticks from there. */
import { readFileSync } from "node:fs";
import type { Roots } from "../roots";
import { parseProcessStat } from "./process-stat";
import { readText, TICKS_PER_SECOND } from "./procfs";

/** btime is in whole seconds, and a process takes a moment to begin. */
const SLACK_MS = 2000;

export const startOf = (bootTimeMs: number, startTicks: number) => bootTimeMs + (startTicks * 1000) / TICKS_PER_SECOND;

export interface ScanTime {
  /** Epoch milliseconds. */
  at: number;
  /** Monotonic milliseconds. */
  ms: number;
}

/** Set, or the machine has slept: the wall clock and the monotonic one went on differently. */
export const isClockSet = (before: ScanTime, now: ScanTime) => Math.abs(now.at - before.at - (now.ms - before.ms)) > SLACK_MS;

/** Epoch milliseconds, in whole seconds, against the clock of now: the kernel counts it anew when the clock is set. */
function readBtime({ proc }: Roots): number | null {
  const seconds = /^btime (\d+)/m.exec(readText(`${proc}/stat`) ?? "")?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

/**
 * Zero by our own start, which we know by the clock as well: right where btime is that of another machine or missing, as in containers
 * whose /proc/stat is made up.
 */
function bootByOwnStart(roots: Roots): number | null {
  if (roots.host === undefined) return null;
  try {
    const { startTicks } = parseProcessStat(readFileSync(`${roots.proc}/self/stat`)) ?? {};
    if (startTicks === undefined) return null;
    const boot = Date.now() - process.uptime() * 1000 - (startTicks * 1000) / TICKS_PER_SECOND;
    return Math.round(boot / 1000) * 1000;
  } catch {
    return null;
  }
}

/** Milliseconds to add to btime. By our own start only once: its clock stands still while the machine sleeps. */
let correctionMs: number | undefined;

/** Epoch milliseconds at which start times of processes count from, against the clock of now; 0 where nothing tells. */
export function readStartClock(roots: Roots): number {
  const btime = readBtime(roots);
  if (roots.host === undefined) return btime ?? 0;
  if (correctionMs === undefined) {
    const own = bootByOwnStart(roots);
    correctionMs = own === null || (btime !== null && Math.abs(own - btime) <= SLACK_MS) ? 0 : own - (btime ?? 0);
  }
  return (btime ?? 0) + correctionMs;
}

/** When the machine, or the container that we are in, began; null where nothing tells. */
export function readBootTime(roots: Roots, now: number): number | null {
  const uptime = Number.parseFloat(readText(`${roots.proc}/uptime`) ?? "");
  return Number.isFinite(uptime) ? Math.round(now / 1000 - uptime) * 1000 : readBtime(roots);
}
