/** The disks of the demo's machine, as the kernel counts them. */
import { noise } from "./noise";
import type { Demand, Device, Program } from "./program";

interface DiskKind {
  device: Device;
  sizeBytes: number;
  /** What it reads or writes in a second when it does nothing else. */
  bytesPerSecond: number;
  /** Seconds that an operation takes on an idle disk. */
  latency: number;
}

const KINDS: readonly DiskKind[] = [
  { device: "sda", sizeBytes: 64_424_509_440, bytesPerSecond: 180e6, latency: 0.0004 },
  { device: "sdb", sizeBytes: 137_438_953_472, bytesPerSecond: 55e6, latency: 0.0031 },
];
const OPERATION_BYTES = { read: 36_000, write: 21_000 };

export type Direction = "read" | "write";

export interface DiskCounters extends DiskKind {
  bytes: Record<Direction, number>;
  operations: Record<Direction, number>;
  /** Seconds. */
  operationTime: Record<Direction, number>;
  ioTime: number;
  weightedTime: number;
  /** In the last interval. */
  utilization: number;
}

export class Disks {
  readonly all: DiskCounters[] = KINDS.map((kind, index) => ({
    ...kind,
    bytes: { read: 61e9 * (index + 1), write: 214e9 * (index + 1) },
    operations: { read: 1_700_000, write: 9_800_000 },
    operationTime: { read: 900, write: 5200 },
    ioTime: 4100,
    weightedTime: 6100,
    utilization: 0,
  }));
  /** Processes that wait for a disk, on average. */
  waiting = 0;
  /** Share of the time in which somebody waited. */
  stalled = 0;

  step(demands: ReadonlyMap<Program, Demand>, interval: { steady: number; seconds: number; swapBytes: number }): void {
    const { steady, seconds, swapBytes } = interval;
    this.waiting = 0;
    let calm = 1;
    for (const disk of this.all) {
      const moved: Record<Direction, number> = { read: 0, write: disk.device === "sda" ? swapBytes : 0 };
      for (const { device, readBytes, writtenBytes } of demands.values()) {
        if (device !== disk.device) continue;
        moved.read += Math.round(readBytes) * seconds;
        moved.write += Math.round(writtenBytes) * seconds;
      }
      const operations = {
        read: Math.round(moved.read / OPERATION_BYTES.read),
        write: Math.round(moved.write / OPERATION_BYTES.write),
      };
      const loaded = (moved.read + moved.write) / (disk.bytesPerSecond * seconds);
      disk.utilization = Math.min(0.99, 0.004 + loaded * (1 + 0.08 * noise(steady, 20, disk.sizeBytes % 97)));
      const latency = (disk.latency * (1 + 0.1 * noise(steady, 15, 300))) / (1 - 0.8 * disk.utilization);
      for (const direction of ["read", "write"] as const) {
        disk.bytes[direction] += moved[direction];
        disk.operations[direction] += operations[direction];
        disk.operationTime[direction] += operations[direction] * latency;
        disk.weightedTime += operations[direction] * latency;
      }
      disk.ioTime += disk.utilization * seconds;
      this.waiting += 0.7 * disk.utilization;
      calm *= 1 - 0.75 * disk.utilization;
    }
    this.stalled = 1 - calm;
  }
}
