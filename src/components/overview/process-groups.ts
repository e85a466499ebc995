/** Processes with the same name as one line: "node server.js ×5". Pure. */
import { personalName } from "~/domain/command-line";
import { bytesOf, type MemoryTogether, memoryOf, memoryWith } from "~/domain/memory-together";
import type { TopProcess } from "~/domain/process";

export type GroupedProcess = Pick<
  TopProcess,
  "pid" | "name" | "command" | "cpu" | "memoryBytes" | "sharedBytes" | "readBytesPerSecond" | "writeBytesPerSecond"
>;

export interface ProcessGroup {
  /** As a person calls it. */
  name: string;
  /** Of the process with the most CPU: its pid, command and the kernel's name. */
  first: GroupedProcess;
  count: number;
  cpu: number | null;
  /** What they share counts once. */
  memoryBytes: number;
  /** Null where it cannot be read. */
  ioBytesPerSecond: number | null;
}

const SHOWN = 6;

function added(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

/** The groups with the most CPU; rows come heaviest first. */
export function groupProcesses(rows: readonly GroupedProcess[]): ProcessGroup[] {
  const groups = new Map<string, ProcessGroup & { memory: MemoryTogether }>();
  for (const row of rows) {
    const name = personalName(row);
    const known = groups.get(name);
    const memory = known ? memoryWith(known.memory, memoryOf(row)) : memoryOf(row);
    groups.set(name, {
      name,
      first: known?.first ?? row,
      count: (known?.count ?? 0) + 1,
      cpu: added(known?.cpu ?? null, row.cpu),
      memory,
      memoryBytes: bytesOf(memory),
      ioBytesPerSecond: added(known?.ioBytesPerSecond ?? null, added(row.readBytesPerSecond, row.writeBytesPerSecond)),
    });
  }
  return [...groups.values()].sort((a, b) => (b.cpu ?? 0) - (a.cpu ?? 0)).slice(0, SHOWN);
}
