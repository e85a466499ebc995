/**
 * Reads the files of processes through descriptors that stay open, as opening a file costs more than reading it. Above
 * KEPT_DESCRIPTORS processes, stat and io are opened for each read.
 */
import { type ProcessStat, parseProcessIo, parseProcessStat } from "./process-stat";
import { ByteReader, closeKernelFile, readKernelFileOnce } from "./procfs";
import type { TrackedProcess } from "./tracked-process";

const KEPT_DESCRIPTORS = 4096;

/** Result of reading /proc/PID/stat: "same" if the line has not changed, null if there is no such process. */
type StatReading = ProcessStat | "same" | null;

export class ProcessDescriptors {
  private open = 0;

  readStat(tracked: Pick<TrackedProcess, "stat" | "line" | "lineLength">): StatReading {
    const wasOpen = tracked.stat.fd !== undefined;
    try {
      const bytes = readKernelFileOnce(tracked.stat);
      if (!wasOpen) {
        if (this.open < KEPT_DESCRIPTORS) this.open++;
        else closeKernelFile(tracked.stat);
      }
      const { length } = bytes;
      if (length === tracked.lineLength && bytes.compare(tracked.line, 0, length) === 0) return "same";
      if (length > tracked.line.length) tracked.line = Buffer.allocUnsafe(2 * length);
      bytes.copy(tracked.line);
      tracked.lineLength = length;
      return parseProcessStat(bytes);
    } catch {
      // Exited since it was listed, or hidden from us: either way there is nothing to show.
      if (wasOpen) this.open--;
      return null;
    }
  }

  /**
   * Whether an idle process has run since the last check; true if unknown. The run time in schedstat is three times cheaper to
   * read than the stat line. While it stays the same, hardly anything in that line changes; memory that the kernel reclaims does.
   * schedstat covers one thread only.
   */
  hasRun(tracked: TrackedProcess): boolean {
    if (tracked.last.threads !== 1) return true;
    let nanoseconds = Number.NaN;
    try {
      nanoseconds = new ByteReader(readKernelFileOnce(tracked.schedule)).number();
    } catch {
      // It has just exited, or this kernel has no schedstat.
    }
    const before = tracked.ranNanoseconds;
    tracked.ranNanoseconds = nanoseconds;
    return !(nanoseconds > 0 && nanoseconds === before);
  }

  /** Total bytes read and written; null when the process is gone or we may not read its counters. */
  readIo(tracked: TrackedProcess): { read: number; written: number } | null {
    try {
      const bytes = parseProcessIo(readKernelFileOnce(tracked.io));
      if (this.open >= KEPT_DESCRIPTORS) closeKernelFile(tracked.io);
      return bytes;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EACCES" || code === "EPERM") tracked.ioRefused = true;
      return null;
    }
  }

  close(tracked: TrackedProcess): void {
    if (tracked.stat.fd !== undefined) this.open--;
    closeKernelFile(tracked.stat);
    closeKernelFile(tracked.io);
    closeKernelFile(tracked.schedule);
  }
}
