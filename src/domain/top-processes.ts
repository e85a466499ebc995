/** What uses most: single processes, and programs, "node server.js ×5", as the process table groups them. Pure. */
import { programAndScript } from "./command-line";
import { bytesOf, type MemoryTogether, memoryOf, memoryWith } from "./memory-together";
import type { ProcessRow } from "./process";
import { shownName } from "./process-group";

type Row = Omit<TopProcess, "startedAt">;

export interface TopProgram {
  /** As a person calls it. */
  name: string;
  user: string;
  /** Of the process with the most CPU. */
  first: Pick<ProcessRow, "pid" | "name" | "command">;
  count: number;
  cpu: number | null;
  /** What they share counts once. */
  memoryBytes: number;
  /** Null where it cannot be read. */
  ioBytesPerSecond: number | null;
}

interface Sum extends TopProgram {
  memory: MemoryTogether;
}

interface Group {
  name: string;
  key: string;
}

/** Most rows stay the same object from one second to the next. */
const groups = new WeakMap<Row, Group>();

function groupOf(row: Row): Group {
  const known = groups.get(row);
  if (known !== undefined) return known;
  const name = shownName(row);
  const group = { name, key: `${name}\n${row.user}` };
  groups.set(row, group);
  return group;
}

function added(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

function begun(name: string, { pid, name: kernelName, command, user }: Row): Sum {
  const first = { pid, name: kernelName, command };
  return { name, user, first, count: 0, cpu: null, memory: { own: 0, shared: 0 }, memoryBytes: 0, ioBytesPerSecond: null };
}

/** As many programs are shown. */
const TOP_PROGRAMS = 6;

/** The programs with the most CPU, then memory, of all processes of a machine. */
export function topPrograms(rows: Iterable<Row>, limit = TOP_PROGRAMS): TopProgram[] {
  const sums = new Map<string, Sum & { most: number }>();
  for (const row of rows) {
    const { name, key } = groupOf(row);
    const sum = sums.get(key) ?? { ...begun(name, row), most: -1 };
    sums.set(key, sum);
    sum.count++;
    sum.cpu = added(sum.cpu, row.cpu);
    sum.memory = memoryWith(sum.memory, memoryOf(row));
    sum.ioBytesPerSecond = added(sum.ioBytesPerSecond, added(row.readBytesPerSecond, row.writeBytesPerSecond));
    if ((row.cpu ?? 0) <= sum.most) continue;
    sum.most = row.cpu ?? 0;
    sum.first = begun(name, row).first;
  }
  for (const sum of sums.values()) sum.memoryBytes = bytesOf(sum.memory);
  return [...sums.values()]
    .sort((a, b) => (b.cpu ?? 0) - (a.cpu ?? 0) || b.memoryBytes - a.memoryBytes)
    .slice(0, limit)
    .map(({ memory: _memory, most: _most, ...use }) => use);
}

/** Fields of a process in the live stream. */
export type TopProcess = Pick<
  ProcessRow,
  | "pid"
  | "startedAt"
  | "name"
  | "command"
  | "user"
  | "cpu"
  | "memoryBytes"
  | "sharedBytes"
  | "readBytesPerSecond"
  | "writeBytesPerSecond"
>;

export interface TopProcesses {
  cpu: TopProcess[];
  memory: TopProcess[];
  /** With all of their processes. */
  programs: TopProgram[];
}

/** The row of a list that goes to every viewer at once. */
export function toTopProcess(row: ProcessRow): TopProcess {
  const { pid, startedAt, name, command, user, cpu, memoryBytes, sharedBytes, readBytesPerSecond, writeBytesPerSecond } = row;
  return {
    pid,
    startedAt,
    name,
    command: programAndScript(command),
    user,
    cpu,
    memoryBytes,
    sharedBytes,
    readBytesPerSecond,
    writeBytesPerSecond,
  };
}
