import type { Roots } from "./collector";
import { ByteReader, closeKept, type KeptFile, readKeptOnce, TICKS_PER_SECOND } from "./procfs";

/** CPU that known processes do not explain, in cores, from which on the idle ones are looked at too. */
const UNEXPLAINED_CORES = 0.05;

/** Ticks that all cores were busy, from the first line of /proc/stat. */
function busyTicks(bytes: Buffer): number {
  const reader = new ByteReader(bytes);
  const [user, nice, system] = [reader.number(), reader.number(), reader.number()];
  reader.skip(2);
  return user + nice + system + reader.number() + reader.number();
}

/** Tells when the machine is busier than the processes that were read. */
export class UnexplainedLoad {
  private readonly stat: KeptFile;
  private lastBusy = Number.NaN;

  constructor(roots: Roots) {
    this.stat = { path: `${roots.proc}/stat` };
  }

  exists(explainedCores: number, elapsedSeconds: number): boolean {
    const busy = busyTicks(readKeptOnce(this.stat));
    const cores = (busy - this.lastBusy) / TICKS_PER_SECOND / elapsedSeconds;
    this.lastBusy = busy;
    return !(cores - explainedCores < UNEXPLAINED_CORES);
  }

  close(): void {
    closeKept(this.stat);
  }
}
