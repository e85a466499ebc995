import { readdirSync, statSync } from "node:fs";
import type { Roots } from "./collector";
import { closeKept, type KeptFile, readKeptOnce } from "./procfs";

/** Looked at all the same after so many ticks, in case the kernel does not count as it should. */
const RELIST_TICKS = 10;

/** In some containers the file is not the kernel's own, and says late what has changed. */
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
 * The numbers under /proc. Which they are hardly changes from one second to the next, and a listing costs as much as many reads:
 * while /proc/loadavg tells of as many tasks as before and of no new number, none has begun or ended.
 */
export class PidListing {
  private readonly counts: KeptFile;
  private names: readonly string[] = [];
  private lastCount = "";
  private ticks = 0;
  /** False where /proc/loadavg is not there, or was seen to miss a change. */
  private isCounted: boolean;
  pids: readonly number[] = [];

  constructor(private readonly roots: Roots) {
    this.counts = { path: `${roots.proc}/loadavg` };
    this.isCounted = isKernels(roots);
  }

  /** True when the list is another one than before. Throws what the kernel says. */
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

  /** Tasks there are, and the number that was given last: the end of `0.20 0.18 0.12 1/80 11206`. */
  private countOf(): string {
    if (!this.isCounted) return "";
    try {
      const bytes = readKeptOnce(this.counts);
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
    closeKept(this.counts);
  }
}
