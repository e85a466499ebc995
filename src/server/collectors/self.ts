import type { Collector } from "./collector";
import { parseProcessStat } from "./process-stat";
import { closeKept, type KeptFile, readKeptOnce, TICKS_PER_SECOND } from "./procfs";

/** What Hostscope costs the machine: all its threads, no children. */
export function openSelf(): Collector {
  return {
    name: "self",
    collect: () => {
      const { user, system } = process.cpuUsage();
      return [
        { metric: "hostscope.cpu.time", value: (user + system) / 1e6 },
        { metric: "hostscope.memory.usage", value: process.memoryUsage.rss() },
      ];
    },
  };
}

/** CPU seconds that the calling thread has used, as the kernel counts them; null where it does not say. */
export class ThreadTime {
  private readonly stat: KeptFile = { path: "/proc/thread-self/stat" };

  seconds(): number | null {
    try {
      const stat = parseProcessStat(readKeptOnce(this.stat));
      return stat ? stat.ownTicks / TICKS_PER_SECOND : null;
    } catch {
      return null;
    }
  }

  close(): void {
    closeKept(this.stat);
  }
}
