import { readdirSync, statSync } from "node:fs";
import type { Roots } from "../roots";
import { closeKernelFile, type KernelFile, readKernelFileOnce } from "./procfs";

/** /proc is listed at least once per this many ticks, in case /proc/loadavg misses a change. */
const RELIST_TICKS = 10;

/** False where another file is mounted over /proc/loadavg, as in some containers: it lags behind. */
function isKernels({ proc }: Roots): boolean {
  try {
    return statSync(`${proc}/loadavg`).dev === statSync(proc).dev;
  } catch {
    return false;
  }
}

function isPid(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 49 && first <= 57;
}

/**
 * The pids under /proc. They rarely change from one second to the next, and a listing costs as much as many reads. While the
 * number of tasks and the last pid in /proc/loadavg stay the same, no process has started or exited.
 */
export class PidListing {
  private readonly counts: KernelFile;
  private names: readonly string[] = [];
  private lastCount = "";
  private ticks = 0;
  /** False if /proc/loadavg is missing, is not the kernel's own, or missed a change. */
  private isCounted: boolean;
  pids: readonly number[] = [];

  constructor(private readonly roots: Roots) {
    this.counts = { path: `${roots.proc}/loadavg` };
    this.isCounted = isKernels(roots);
  }

  /** True when the list has changed. Throws when /proc cannot be listed. */
  read(): boolean {
    const count = this.countOf();
    const isSame = count !== "" && count === this.lastCount;
    this.lastCount = count;
    this.ticks++;
    if (isSame && this.ticks % RELIST_TICKS !== 0) return false;
    const names = readdirSync(this.roots.proc);
    if (this.isKnown(names)) return false;
    if (isSame) this.isCounted = false;
    this.names = names;
    this.pids = names.filter(isPid).map(Number);
    return true;
  }

  /** Number of tasks and last pid: the end of `0.20 0.18 0.12 1/80 11206`. */
  private countOf(): string {
    if (!this.isCounted) return "";
    try {
      const bytes = readKernelFileOnce(this.counts);
      const slash = bytes.indexOf(47);
      return slash < 0 ? "" : bytes.toString("latin1", slash);
    } catch {
      this.isCounted = false;
      return "";
    }
  }

  private isKnown(names: readonly string[]): boolean {
    if (names.length !== this.names.length) return false;
    for (let i = 0; i < names.length; i++) if (names[i] !== this.names[i]) return false;
    return true;
  }

  close(): void {
    closeKernelFile(this.counts);
  }
}
