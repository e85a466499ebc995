/** What the memory of a process is made of: the kernel walks all of its pages for that, which takes long. */
import { readFile } from "node:fs/promises";
import type { OwnMemory } from "~/domain/own-memory";
import type { Roots } from "../roots";
import { numberOfLine } from "./process-stat";

const KIBIBYTE = 1024;

export interface MemoryMaps extends OwnMemory {
  /** Of all that is resident, files too. */
  pssBytes: number;
  swapBytes: number;
}

/** Parses /proc/PID/smaps_rollup, whose numbers are KiB; null for a kernel thread, whose file is empty. */
export function parseSmapsRollup(bytes: Buffer): MemoryMaps | null {
  const pss = numberOfLine(bytes, "Pss:");
  if (pss === null) return null;
  const dirty = numberOfLine(bytes, "Private_Dirty:") ?? 0;
  return {
    pssBytes: pss * KIBIBYTE,
    swapBytes: (numberOfLine(bytes, "SwapPss:") ?? 0) * KIBIBYTE,
    // Older kernels have no line for anonymous memory alone.
    proportionalBytes: (numberOfLine(bytes, "Pss_Anon:") ?? dirty) * KIBIBYTE,
    unsharedBytes: dirty * KIBIBYTE,
  };
}

/** Off the event loop. Rejects where the file may not be read. */
export async function readMemoryMaps({ proc }: Roots, pid: number): Promise<MemoryMaps | null> {
  return parseSmapsRollup(await readFile(`${proc}/${pid}/smaps_rollup`));
}
