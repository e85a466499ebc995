import type { HistorySeries } from "./history";

/** The kernel's state letter, and OpenTelemetry's word for it. */
export const PROCESS_STATES = {
  R: "running",
  S: "sleeping",
  D: "uninterruptible",
  T: "stopped",
  t: "stopped",
  Z: "defunct",
  I: "idle",
  X: "dead",
} as const satisfies Record<string, string>;

export type ProcessState = (typeof PROCESS_STATES)[keyof typeof PROCESS_STATES];

/** One process as of its last reading. Identity is `pid` with `startedAt`: the kernel reuses pids. */
export interface ProcessRow {
  pid: number;
  /** Epoch milliseconds, from the kernel's clock ticks since boot. */
  startedAt: number;
  parentPid: number;
  /** The kernel's short name, at most 15 bytes of whatever the process chose. */
  name: string;
  /** Arguments joined by spaces; empty for kernel threads. */
  command: string;
  user: string;
  state: ProcessState;
  /** Cores in use: 1 is one core. Includes children that ended and were waited for. Null before the second reading. */
  cpu: number | null;
  /** Resident bytes. */
  memoryBytes: number;
  virtualBytes: number;
  /** Null where the system does not tell. */
  threads: number | null;
  /** Bytes a second from and to storage; null when the kernel does not let us read them. */
  readBytesPerSecond: number | null;
  writeBytesPerSecond: number | null;
  /** Page faults a second: answered from memory, and those that had to wait for storage. This and what follows is told every ten ticks or so. */
  minorFaultsPerSecond: number | null;
  majorFaultsPerSecond: number | null;
  /** Null for a zombie, and where the kernel does not let us count. */
  openFiles: number | null;
  /** Times a second that its main thread gave the CPU up by itself, and that it was taken away. */
  voluntarySwitchesPerSecond: number | null;
  involuntarySwitchesPerSecond: number | null;
  /** Children a second that began and ended unseen between two listings, estimated from the page faults they cost; null for none. */
  shortLivedPerSecond: number | null;
  /** The container or systemd unit it runs in, `docker 3f2a91c07d44` or `nginx.service`; null for neither. */
  group: string | null;
}

/** All that is told of a process, in the order in which tables of processes are written. */
export const PROCESS_FIELDS = [
  "pid",
  "startedAt",
  "parentPid",
  "name",
  "command",
  "user",
  "state",
  "cpu",
  "memoryBytes",
  "virtualBytes",
  "threads",
  "readBytesPerSecond",
  "writeBytesPerSecond",
  "minorFaultsPerSecond",
  "majorFaultsPerSecond",
  "openFiles",
  "voluntarySwitchesPerSecond",
  "involuntarySwitchesPerSecond",
  "shortLivedPerSecond",
  "group",
] as const satisfies readonly (keyof ProcessRow)[];

/** Of a process that nobody has looked at more closely yet, and where the system does not tell. */
export const NOT_REPORTED = {
  readBytesPerSecond: null,
  writeBytesPerSecond: null,
  minorFaultsPerSecond: null,
  majorFaultsPerSecond: null,
  openFiles: null,
  voluntarySwitchesPerSecond: null,
  involuntarySwitchesPerSecond: null,
  shortLivedPerSecond: null,
} as const satisfies Partial<ProcessRow>;

/** What changed in the process table at one tick; the first one after a start lists every process. */
export interface ProcessDelta {
  at: number;
  changed: ProcessRow[];
  exited: number[];
  /** Idle processes may have been read this many milliseconds before `at`. */
  staleMs: number;
}

export type ProcessSort = "cpu" | "memory" | "io";

const USED: Record<ProcessSort, (consumer: Consumer) => number> = {
  cpu: ({ cpuSeconds }) => cpuSeconds,
  memory: ({ peakMemoryBytes }) => peakMemoryBytes,
  io: ({ readBytes, writtenBytes }) => readBytes + writtenBytes,
};

/** Those that used most over a stretch of time, most first; equal ones by pid. */
export function topConsumers(consumers: readonly Consumer[], sort: ProcessSort, limit: number): Consumer[] {
  const used = USED[sort];
  return [...consumers].sort((a, b) => used(b) - used(a) || a.pid - b.pid).slice(0, limit);
}

function bytesPerSecond(row: ProcessRow): number {
  return (row.readBytesPerSecond ?? 0) + (row.writeBytesPerSecond ?? 0);
}

const WEIGHT: Record<ProcessSort, (row: ProcessRow) => number> = {
  cpu: (row) => row.cpu ?? 0,
  memory: (row) => row.memoryBytes,
  io: bytesPerSecond,
};

/** What a process counts in an order by CPU, memory or I/O. */
export function weightOf(row: ProcessRow, sort: ProcessSort): number {
  return WEIGHT[sort](row);
}

/** The `limit` heaviest rows, heaviest first; equal ones by pid, so that rows do not jump. One pass: it runs at every tick. */
export function topProcesses(rows: Iterable<ProcessRow>, sort: ProcessSort, limit: number): ProcessRow[] {
  const weight = WEIGHT[sort];
  const heavier = (a: ProcessRow, b: ProcessRow) => weight(a) - weight(b) || b.pid - a.pid;
  const top: ProcessRow[] = [];
  for (const row of rows) {
    const last = top[top.length - 1];
    if (top.length >= limit && last && heavier(row, last) < 0) continue;
    let place = top.length;
    while (place > 0 && heavier(row, top[place - 1] as ProcessRow) > 0) place--;
    top.splice(place, 0, row);
    if (top.length > limit) top.pop();
  }
  return top;
}

/** What the live stream tells of a process. */
export type TopProcess = Pick<
  ProcessRow,
  "pid" | "startedAt" | "name" | "command" | "user" | "cpu" | "memoryBytes" | "readBytesPerSecond" | "writeBytesPerSecond"
>;

export interface TopProcesses {
  cpu: TopProcess[];
  memory: TopProcess[];
}

const SHOWN_COMMAND = 200;

export function toTopProcess(row: ProcessRow): TopProcess {
  const { pid, startedAt, name, command, user, cpu, memoryBytes, readBytesPerSecond, writeBytesPerSecond } = row;
  return {
    pid,
    startedAt,
    name,
    command: command.slice(0, SHOWN_COMMAND),
    user,
    cpu,
    memoryBytes,
    readBytesPerSecond,
    writeBytesPerSecond,
  };
}

/** One process over a stretch of time. `timestamps` and `values` as in the history of a metric. */
export interface ProcessLife extends Pick<ProcessRow, "pid" | "startedAt" | "parentPid" | "name" | "command" | "user"> {
  /** Epoch milliseconds. */
  from: number;
  to: number;
  stepSeconds: number;
  resolutionSeconds: number;
  timestamps: number[];
  series: HistorySeries[];
}

/** What one process used over a stretch of time. */
export interface Consumer extends Pick<ProcessRow, "pid" | "startedAt" | "parentPid" | "name" | "command" | "user" | "state"> {
  /** Seconds of the stretch in which the process was seen. */
  seconds: number;
  cpuSeconds: number;
  /** At the end, or when it was last seen. */
  memoryBytes: number;
  peakMemoryBytes: number;
  readBytes: number;
  writtenBytes: number;
  /** Children that began and ended unseen; an estimate. */
  shortLived: number;
}
