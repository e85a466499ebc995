/** Resident memory of several processes. Pages of files and shared memory are resident in each of them, but exist once. Pure. */
import type { ProcessRow } from "./process";

type Resident = Pick<ProcessRow, "memoryBytes" | "sharedBytes">;

export interface MemoryTogether {
  /** Bytes that no other process has. */
  own: number;
  /** Of the process that has most of the shared bytes: which of them are the same is unknown. */
  shared: number;
}

const NO_MEMORY: MemoryTogether = { own: 0, shared: 0 };

export function memoryOf({ memoryBytes, sharedBytes }: Resident): MemoryTogether {
  // The resident size is newer than what of it is shared.
  const shared = Math.min(memoryBytes, sharedBytes ?? 0);
  return { own: memoryBytes - shared, shared };
}

export function memoryWith(a: MemoryTogether, b: MemoryTogether): MemoryTogether {
  return { own: a.own + b.own, shared: Math.max(a.shared, b.shared) };
}

export const bytesOf = ({ own, shared }: MemoryTogether) => own + shared;

export function bytesTogether(rows: readonly Resident[]): number {
  return bytesOf(rows.map(memoryOf).reduce(memoryWith, NO_MEMORY));
}
