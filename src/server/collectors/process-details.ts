/** Details of one process, read on request. */
import { readFileSync, readlinkSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { printable } from "~/domain/printable";
import type { ProcessAncestor, ProcessDetails, ProcessThread, UnreadableFields, UnreadField } from "~/domain/process-details";
import type { Redactor } from "~/domain/redact";
import type { Roots } from "../roots";
import { readStartClock, startOf } from "./boot-time";
import { readMemoryMaps } from "./memory-maps";
import { ProcessFiles } from "./process-files";
import { numberOfLine, type ProcessStat, parseProcessIo, parseProcessStat, parseProcessStatus } from "./process-stat";
import { readPageSize, TICKS_PER_SECOND } from "./procfs";

const LISTED_THREADS = 200;
/** Each costs a read: of a process with more threads, context switches are not summed up. */
const SUMMED_THREADS = 2000;
/** Some milliseconds of reading. */
const THREADS_A_SLICE = 25;
const MAX_ANCESTORS = 64;

function readStat(path: string): ProcessStat | null {
  try {
    return parseProcessStat(readFileSync(path));
  } catch {
    return null;
  }
}

function reasonOf(error: unknown, state: ProcessStat["state"]): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return "no permission";
  if (state === "defunct") return "zombie";
  return code === "ENOENT" || code === "ESRCH" ? "not supported by this kernel or process" : (code ?? message);
}

/** Soft limit of open files from /proc/PID/limits; null if unlimited, undefined if the line is missing. */
function parseOpenFilesLimit(text: string): number | null | undefined {
  const soft = /^Max open files\s+(\S+)/m.exec(text)?.[1];
  if (soft === undefined) return undefined;
  return soft === "unlimited" ? null : Number(soft);
}

function ancestorsOf(proc: string, parentPid: number): ProcessAncestor[] {
  const ancestors: ProcessAncestor[] = [];
  for (let pid = parentPid; pid > 0 && ancestors.length < MAX_ANCESTORS; ) {
    const stat = readStat(`${proc}/${pid}/stat`);
    if (!stat) break;
    ancestors.push({ pid, name: stat.name });
    pid = stat.parentPid;
  }
  return ancestors;
}

interface Threads {
  listed: ProcessThread[];
  /** More than are summed up. */
  areMany: boolean;
  /** Sum over the threads that could be read; null when they are too many, or the kernel does not count switches. */
  switches: { voluntary: number; involuntary: number } | null;
}

function* readThreads(base: string, ids: readonly number[]): Generator<undefined, Threads> {
  const listed: ProcessThread[] = [];
  const areMany = ids.length > SUMMED_THREADS;
  let switches: Threads["switches"] = areMany ? null : { voluntary: 0, involuntary: 0 };
  for (const [index, id] of (areMany ? ids.slice(0, LISTED_THREADS) : ids).entries()) {
    if (index > 0 && index % THREADS_A_SLICE === 0) yield;
    try {
      const status = parseProcessStatus(readFileSync(`${base}/task/${id}/status`));
      const { voluntarySwitches: voluntary, involuntarySwitches: involuntary } = status;
      if (voluntary === null || involuntary === null) switches = null;
      else if (switches) {
        switches = { voluntary: switches.voluntary + voluntary, involuntary: switches.involuntary + involuntary };
      }
    } catch {
      // The thread has ended meanwhile.
      continue;
    }
    if (listed.length >= LISTED_THREADS) continue;
    const stat = readStat(`${base}/task/${id}/stat`);
    if (stat) listed.push({ id, name: stat.name, state: stat.state, cpuSeconds: stat.ownTicks / TICKS_PER_SECOND });
  }
  return { listed, areMany, switches };
}

async function threadsOf(base: string, run: Asked["run"]): Promise<Threads> {
  const ids = (await readdir(`${base}/task`)).map(Number);
  return run(
    readThreads(
      base,
      ids.sort((a, b) => a - b),
    ),
  );
}

interface Asked {
  pid: number;
  /** Total memory of the machine. */
  memoryBytes: number;
  now: number;
  redactor: Redactor;
  /** Runs a reading in slices. */
  run: (work: Generator<undefined, Threads>) => Promise<Threads>;
}

/** Null when the process does not exist. /proc/PID/environ is not read on purpose: the environment is private. */
export async function readProcessDetails(
  roots: Roots,
  { pid, memoryBytes, now, redactor, run }: Asked,
): Promise<ProcessDetails | null> {
  const { proc } = roots;
  const base = `${proc}/${pid}`;
  const stat = readStat(`${base}/stat`);
  if (!stat) return null;
  const unread: UnreadableFields = {};
  const attempt = <T>(fields: readonly UnreadField[], read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      for (const field of fields) unread[field] = reasonOf(error, stat.state);
      return null;
    }
  };
  const files = new ProcessFiles(roots, redactor);
  const executable = attempt(["executable"], () => printable(readlinkSync(`${base}/exe`)));
  const workingDirectory = attempt(["workingDirectory"], () => printable(readlinkSync(`${base}/cwd`)));
  const limit = attempt(["openFilesLimit"], () => parseOpenFilesLimit(readFileSync(`${base}/limits`, "latin1")));
  const io = attempt(["readBytes", "writtenBytes", "readCalls", "writeCalls"], () => {
    const bytes = readFileSync(`${base}/io`);
    const total = parseProcessIo(bytes);
    return {
      read: total?.read ?? null,
      written: total && Math.max(0, total.written - total.cancelled),
      readCalls: numberOfLine(bytes, "syscr:"),
      writeCalls: numberOfLine(bytes, "syscw:"),
    };
  });
  const openFiles = stat.state === "defunct" ? null : files.openFiles(pid);
  if (openFiles === null) unread.openFiles = stat.state === "defunct" ? "zombie" : "no permission";
  const threads = await threadsOf(base, run).catch((error: unknown) => {
    unread.voluntarySwitches = unread.involuntarySwitches = reasonOf(error, stat.state);
    return null;
  });
  if (threads?.areMany) unread.voluntarySwitches = unread.involuntarySwitches = `more than ${SUMMED_THREADS} threads`;
  const rollup = await readMemoryMaps(roots, pid).catch((error: unknown) => {
    unread.pssBytes = unread.swapBytes = reasonOf(error, stat.state);
    return null;
  });
  if (rollup === null) unread.pssBytes = unread.swapBytes = unread.pssBytes ?? "a kernel thread has none";
  const residentBytes = stat.residentPages * readPageSize(roots);
  const startedAt = startOf(readStartClock(roots), stat.startTicks);
  return {
    pid,
    startedAt,
    ageSeconds: Math.max(0, Math.round((now - startedAt) / 1000)),
    name: stat.name,
    arguments: files.arguments(pid),
    user: files.userOf(files.status(pid), 0),
    state: stat.state,
    group: files.group(pid),
    executable,
    workingDirectory,
    parents: ancestorsOf(proc, stat.parentPid),
    cpuSeconds: stat.ownTicks / TICKS_PER_SECOND,
    residentBytes,
    memoryUtilization: memoryBytes > 0 ? residentBytes / memoryBytes : null,
    virtualBytes: stat.virtualBytes,
    pssBytes: rollup?.pssBytes ?? null,
    swapBytes: rollup?.swapBytes ?? null,
    openFiles,
    openFilesLimit: limit ?? null,
    readBytes: io?.read ?? null,
    writtenBytes: io?.written ?? null,
    readCalls: io?.readCalls ?? null,
    writeCalls: io?.writeCalls ?? null,
    minorFaults: stat.minorFaults,
    majorFaults: stat.majorFaults,
    voluntarySwitches: threads?.switches?.voluntary ?? null,
    involuntarySwitches: threads?.switches?.involuntary ?? null,
    threadCount: stat.threads,
    threads: threads?.listed ?? [],
    unread,
  };
}
