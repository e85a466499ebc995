/** Whether a process is there and has not ended: one that nobody has waited for yet counts as ended. */
import { readFileSync } from "node:fs";

export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(")") + 1));
  } catch {
    return false;
  }
}
