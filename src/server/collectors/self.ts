import type { Collector } from "./collector";
import { ByteReader, closeKernelFile, type KernelFile, readKernelFileOnce, readPageSize } from "./procfs";

/** CPU time and memory of Hostscope itself: all its threads, no child processes. */
export function openSelf(): Collector {
  // Our own page size, even when the roots are those of a recorded host.
  const pageBytes = readPageSize({ proc: "/proc", sys: "/sys" });
  const statm: KernelFile = { path: "/proc/self/statm" };
  let hasStatm = true;

  /** From statm: process.memoryUsage.rss() reads more than that and takes ten times as long. */
  const residentBytes = (): number => {
    try {
      if (hasStatm) {
        const reader = new ByteReader(readKernelFileOnce(statm));
        reader.number();
        return reader.number() * pageBytes;
      }
    } catch {
      hasStatm = false;
    }
    return process.memoryUsage.rss();
  };

  return {
    name: "self",
    collect: () => {
      const { user, system } = process.cpuUsage();
      return [
        { metric: "hostscope.cpu.time", value: (user + system) / 1e6 },
        { metric: "hostscope.memory.usage", value: residentBytes() },
      ];
    },
  };
}

/** CPU seconds of the calling thread, to the nanosecond; null if the kernel does not count them. */
export class ThreadTime {
  private readonly schedule: KernelFile = { path: "/proc/thread-self/schedstat" };

  seconds(): number | null {
    try {
      const nanoseconds = new ByteReader(readKernelFileOnce(this.schedule)).number();
      // A kernel that does not count reports 0, which is never right: the calling thread has run.
      return nanoseconds > 0 ? nanoseconds / 1e9 : null;
    } catch {
      return null;
    }
  }

  close(): void {
    closeKernelFile(this.schedule);
  }
}
