/** What two readings of a process say, in numbers that are short to keep. Pure. */
import type { ProcessRow } from "~/domain/process";
import { TICKS_PER_SECOND } from "./procfs";

/** Cores in use to four decimals, never more than there are. */
export function cpuOf(ticks: number, { seconds, cores }: { seconds: number; cores: number }): number {
  const used = Math.max(0, ticks) / TICKS_PER_SECOND / seconds;
  return Math.round(Math.min(used, cores) * 1e4) / 1e4;
}

/** To one decimal. A counter that stepped back or could not be read says nothing. */
export function perSecond(growth: number, seconds: number): number | null {
  return !(growth >= 0) || seconds <= 0 ? null : Math.round((growth / seconds) * 10) / 10;
}

/** What a small program costs from its start to its end. */
const FAULTS_PER_PROCESS = 80;

/** Children a second that no listing saw, by the page faults that the kernel counted for them; null for none. */
export function shortLivedOf(faults: number, seconds: number): number | null {
  const count = Math.round(faults / FAULTS_PER_PROCESS);
  return count > 0 ? perSecond(count, seconds) : null;
}

export function sameRow(a: ProcessRow, b: ProcessRow): boolean {
  for (const key in a) if (a[key as keyof ProcessRow] !== b[key as keyof ProcessRow]) return false;
  return true;
}
