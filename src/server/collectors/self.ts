import type { Collector } from "./collector";
import { ByteReader, closeKept, type KeptFile, readKeptOnce, readPageSize } from "./procfs";

/** What Hostscope costs the machine: all its threads, no children. */
export function openSelf(): Collector {
  // Of ourselves, whichever machine's files are read.
  const pageBytes = readPageSize({ proc: "/proc", sys: "/sys" });
  const statm: KeptFile = { path: "/proc/self/statm" };
  let hasStatm = true;

  /** Node asks the kernel for all that it knows of the process, at ten times the price. */
  const residentBytes = (): number => {
    try {
      if (hasStatm) {
        const reader = new ByteReader(readKeptOnce(statm));
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

/** CPU seconds that the calling thread has used, to the nanosecond; null where the kernel does not say. */
export class ThreadTime {
  private readonly schedule: KeptFile = { path: "/proc/thread-self/schedstat" };

  seconds(): number | null {
    try {
      const nanoseconds = new ByteReader(readKeptOnce(this.schedule)).number();
      // A kernel that does not count says 0; whoever asks has run.
      return nanoseconds > 0 ? nanoseconds / 1e9 : null;
    } catch {
      return null;
    }
  }

  close(): void {
    closeKept(this.schedule);
  }
}
