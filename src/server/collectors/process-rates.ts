/** Rates between two readings of a process, rounded so that they are short to store. Pure. */
import type { ProcessRow } from "~/domain/process";
import { TICKS_PER_SECOND } from "./procfs";

/** Cores in use, to four decimals, at most as many as the machine has. */
export function cpuOf(ticks: number, { seconds, cores }: { seconds: number; cores: number }): number {
  const used = Math.max(0, ticks) / TICKS_PER_SECOND / seconds;
  return Math.round(Math.min(used, cores) * 1e4) / 1e4;
}

/** To one decimal. Null when the counter stepped back or could not be read. */
export function perSecond(growth: number, seconds: number): number | null {
  return !(growth >= 0) || seconds <= 0 ? null : Math.round((growth / seconds) * 10) / 10;
}

/** Page faults of a typical small program from start to exit. */
const FAULTS_PER_PROCESS = 80;

/** Children per second that no listing saw, estimated from the page faults that the kernel counted for them; null for none. */
export function shortLivedOf(faults: number, seconds: number): number | null {
  const count = Math.round(faults / FAULTS_PER_PROCESS);
  return count > 0 ? perSecond(count, seconds) : null;
}

export function sameRow(a: ProcessRow, b: ProcessRow): boolean {
  for (const key in a) if (a[key as keyof ProcessRow] !== b[key as keyof ProcessRow]) return false;
  return true;
}
