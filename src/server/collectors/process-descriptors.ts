/**
 * Reads the files of processes through descriptors that stay open, as opening a file costs more than reading it. Half of the descriptors
 * that this process may have are left to others; beyond, files are opened for each read.
 */
import { readFileSync } from "node:fs";
import { type ProcessIo, type ProcessStat, parseProcessIo, parseProcessStat } from "./process-stat";
import { ByteReader, closeKernelFile, type KernelFile, keptKernelFiles, readKernelFileOnce } from "./procfs";
import type { TrackedProcess } from "./tracked-process";

const MOST_DESCRIPTORS = 12_288;

/** Result of reading /proc/PID/stat: "same" if the line has not changed, null if there is no such process. */
type StatReading = ProcessStat | "same" | null;

/** Half of the soft limit of open files, from the text of /proc/self/limits. */
export function keptOf(limits: string): number {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.NaN);
  return Number.isNaN(limit) ? MOST_DESCRIPTORS : Math.min(MOST_DESCRIPTORS, Math.floor(limit / 2));
}

function ownLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "latin1");
  } catch {
    return "";
  }
}

export class ProcessDescriptors {
  constructor(private readonly most = keptOf(ownLimits())) {}

  readStat(tracked: Pick<TrackedProcess, "stat" | "line" | "lineLength">): StatReading {
    try {
      const bytes = this.read(tracked.stat);
      const { length } = bytes;
      if (length === tracked.lineLength && bytes.compare(tracked.line, 0, length) === 0) return "same";
      if (length > tracked.line.length) tracked.line = Buffer.allocUnsafe(2 * length);
      bytes.copy(tracked.line);
      tracked.lineLength = length;
      return parseProcessStat(bytes);
    } catch {
      // Exited since it was listed, or hidden from us: either way there is nothing to show.
      return null;
    }
  }

  private read(file: KernelFile): Buffer {
    const bytes = readKernelFileOnce(file);
    if (keptKernelFiles() > this.most) closeKernelFile(file);
    return bytes;
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
      nanoseconds = new ByteReader(this.read(tracked.schedule)).number();
    } catch {
      // It has just exited, or this kernel has no schedstat.
    }
    const before = tracked.ranNanoseconds;
    tracked.ranNanoseconds = nanoseconds;
    return !(nanoseconds > 0 && nanoseconds === before);
  }

  /** Null when the process is gone or we may not read its counters. */
  readIo(tracked: TrackedProcess): ProcessIo | null {
    try {
      return parseProcessIo(this.read(tracked.io));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EACCES" || code === "EPERM") tracked.ioRefused = true;
      return null;
    }
  }

  close(tracked: TrackedProcess): void {
    closeKernelFile(tracked.stat);
    closeKernelFile(tracked.io);
    closeKernelFile(tracked.schedule);
  }
}
