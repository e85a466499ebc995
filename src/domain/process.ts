import type { HistorySeries } from "./history";

/** The kernel's state letter, and OpenTelemetry's name for it. */
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

/** One process as of its last reading. Identity is `pid` with `startedAt`, compared by `isSameProcess`: the kernel reuses pids. */
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
  /**
   * Cores in use: 1 is one core. Includes children that ended and were waited for. Null at the first reading, unless the process
   * started since the previous scan.
   */
  cpu: number | null;
  /** Resident bytes. */
  memoryBytes: number;
  virtualBytes: number;
  /** Null where the system does not report it. */
  threads: number | null;
  /** Bytes per second from and to storage; null when the kernel does not let us read them. */
  readBytesPerSecond: number | null;
  writeBytesPerSecond: number | null;
  /**
   * Page faults per second: minor ones, served from memory, and major ones, which wait for storage. Faults, open files and
   * context switches are updated every ten ticks or so.
   */
  minorFaultsPerSecond: number | null;
  majorFaultsPerSecond: number | null;
  /** Null for a zombie, and when the kernel does not let us count them. */
  openFiles: number | null;
  /** Context switches per second of the main thread: voluntary and involuntary. */
  voluntarySwitchesPerSecond: number | null;
  involuntarySwitchesPerSecond: number | null;
  /** Children per second that started and exited between two listings, estimated from their page faults; null for none. */
  shortLivedPerSecond: number | null;
  /** The container or systemd unit it runs in, `docker 3f2a91c07d44` or `nginx.service`; null for neither. */
  group: string | null;
  /** The pid of its session's leader, which may have exited; null where the system does not report it. */
  sessionId: number | null;
  /** Resident bytes of files and shared memory, which others may have resident too. Updated every ten ticks or so; null if unknown. */
  sharedBytes: number | null;
  /** Bytes that were swapped out. Updated every ten ticks or so; null if unknown. */
  swapBytes: number | null;
}

/** The columns of an exported process table, in their order. They stay as they are: others read them by their place. */
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

/** For a process without a detailed reading yet, and for systems that do not report these. */
export const NOT_REPORTED = {
  readBytesPerSecond: null,
  writeBytesPerSecond: null,
  minorFaultsPerSecond: null,
  majorFaultsPerSecond: null,
  openFiles: null,
  voluntarySwitchesPerSecond: null,
  involuntarySwitchesPerSecond: null,
  shortLivedPerSecond: null,
  sessionId: null,
  sharedBytes: null,
  swapBytes: null,
} as const satisfies Partial<ProcessRow>;

/** Changes of the process table at one tick. The first delta after a start lists every process. */
export interface ProcessDelta {
  at: number;
  changed: ProcessRow[];
  exited: number[];
  /** Idle processes may have been read up to this many milliseconds before `at`. */
  staleMs: number;
  /** The clock was set: `changed` has all processes, with start times that are this much later, or earlier if negative. */
  startsMovedMs?: number;
}

export type ProcessSort = "cpu" | "memory" | "io";

/** How many processes these are, those that are told by program included. */
export function countProcesses(consumers: readonly Pick<Consumer, "processes">[]): number {
  return consumers.reduce((sum, { processes = 1 }) => sum + processes, 0);
}

/** What consumers are ordered by. The I/O is null where the caller may not see it. */
type Used = Pick<Consumer, "pid" | "cpuSeconds" | "peakMemoryBytes"> & { readBytes: number | null; writtenBytes: number | null };

const USED: Record<ProcessSort, (consumer: Used) => number> = {
  cpu: ({ cpuSeconds }) => cpuSeconds,
  memory: ({ peakMemoryBytes }) => peakMemoryBytes,
  io: ({ readBytes, writtenBytes }) => (readBytes ?? 0) + (writtenBytes ?? 0),
};

/** The largest consumers of a period, largest first; ties by pid. */
export function topConsumers<One extends Used>(consumers: readonly One[], sort: ProcessSort, limit: number): One[] {
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

/** Value by which a process is sorted. */
export function weightOf(row: ProcessRow, sort: ProcessSort): number {
  return WEIGHT[sort](row);
}

/** The `limit` heaviest rows, heaviest first; ties by pid, so that rows do not jump. A single pass, as it runs at every tick. */
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

/** One process over a period. `timestamps` and `values` are as in the history of a metric. */
export interface ProcessLife extends Pick<ProcessRow, "pid" | "startedAt" | "parentPid" | "name" | "command" | "user"> {
  /** Epoch milliseconds. */
  from: number;
  to: number;
  stepSeconds: number;
  resolutionSeconds: number;
  timestamps: number[];
  series: HistorySeries[];
}

/** What one process used over a period. Its name is the last one it had, its parent the first. */
export interface Consumer
  extends Pick<
    ProcessRow,
    | "pid"
    | "startedAt"
    | "parentPid"
    | "name"
    | "command"
    | "user"
    | "state"
    | "group"
    | "sessionId"
    | "sharedBytes"
    | "swapBytes"
    | "openFiles"
  > {
  /** Seconds of the period in which the process was seen. */
  seconds: number;
  cpuSeconds: number;
  /** At the end, or when it was last seen. */
  memoryBytes: number;
  peakMemoryBytes: number;
  readBytes: number;
  writtenBytes: number;
  /** Children that started and exited unseen; an estimate. */
  shortLived: number;
  /** Seconds of them in which it could not be interrupted: the load average counts these beside those on a CPU. */
  blockedSeconds: number;
  /** Its start by the clock of the period's beginning, if the clock was set since. */
  firstStartedAt?: number;
  /** How many processes of a program these are the sums of, in a row without a pid (0); otherwise it is one. */
  processes?: number;
}

/** The kernel's boot time shifts slightly with the clock, and every process's start time with it. */
const SAME_START_MS = 2000;

type Told = Pick<Consumer, "pid" | "startedAt" | "firstStartedAt">;

const isNear = (one: number, other: number) => Math.abs(one - other) <= SAME_START_MS;

/** True for two rows, or two periods, of one process: the clock may have been set within either. */
export function isSameProcess(one: Told, other: Told): boolean {
  if (one.pid !== other.pid) return false;
  const first = one.firstStartedAt ?? one.startedAt;
  const otherFirst = other.firstStartedAt ?? other.startedAt;
  return (
    isNear(one.startedAt, other.startedAt) ||
    isNear(one.startedAt, otherFirst) ||
    isNear(first, other.startedAt) ||
    isNear(first, otherFirst)
  );
}
