/** The process table: those that run at every tick, idle ones in rotation, and all at once when something is unexplained. */

import type { ScanDetail } from "~/domain/collection-cost";
import type { ProcessDelta, ProcessRow, ProcessState } from "~/domain/process";
import type { Labels, Reading } from "~/domain/sample";
import { ChildCredit } from "./child-credit";
import type { Roots, Tick } from "./collector";
import { PidListing } from "./pid-listing";
import { ProcessFiles, type ProcessStatus } from "./process-files";
import {
  IDLE_EVERY_TICKS,
  ioStep,
  isAtRest,
  isDetailDue,
  isSettledWorker,
  KTHREADD,
  LONG_REST_TICKS,
  SETTLED_TICKS,
  takesTurns,
  turnTicks,
} from "./process-pace";
import { cpuOf, perSecond, sameRow, shortLivedOf } from "./process-rates";
import { type ProcessStat, parseProcessIo, parseProcessStat } from "./process-stat";
import { ByteReader, closeKept, type KeptFile, readBootTime, readKeptOnce, readPageSize, TICKS_PER_SECOND } from "./procfs";
import { UnexplainedLoad } from "./unexplained-load";

const KEPT_DESCRIPTORS = 4096;
/** The kernel tells its boot, and so the start of a process, to the second. */
const START_SLACK_MS = 1500;
/** What a reading of /proc/PID/stat says: nothing new, something new, or that there is no such process. */
type StatReading = ProcessStat | "same" | null;

interface Tracked {
  stat: KeptFile;
  /** The line as it was read last. An idle process's line stays the same to the byte, and then need not be parsed. */
  line: Buffer;
  lineLength: number;
  io: KeptFile;
  schedule: KeptFile;
  /** As it was at the last look whether it has run. */
  ranNanoseconds: number;
  ioRefused: boolean;
  last: ProcessStat;
  readAtMs: number;
  /** Readings without CPU, and ticks since it was last seen to have run. */
  idleTicks: number;
  restTicks: number;
  ageTicks: number;
  ioBytes: { read: number; written: number } | null;
  ioAtMs: number;
  detail: DetailCounters;
  /** A worker of the kernel itself. */
  isKernels: boolean;
  row: ProcessRow;
}

type Told = Pick<
  ProcessRow,
  "minorFaultsPerSecond" | "majorFaultsPerSecond" | "openFiles" | "voluntarySwitchesPerSecond" | "involuntarySwitchesPerSecond"
>;

/** What the rates of the detail are made from. */
interface DetailCounters {
  atMs: number;
  voluntary: number | null;
  involuntary: number | null;
  minorFaults: number;
  majorFaults: number;
}

export interface ProcessScan {
  delta: ProcessDelta;
  readings: readonly Reading[];
}

const COUNTED: readonly ProcessState[] = ["running", "sleeping", "uninterruptible", "stopped", "defunct", "idle"];
const COUNT_LABELS = new Map<ProcessState, Labels>(COUNTED.map((state) => [state, { "process.state": state }]));

/** Where the process table comes from. */
export interface ProcessSource {
  /** How closely processes are read from the next scan on. */
  detail: ScanDetail;
  /** `busySeconds` is what all cores have been busy for since the boot, NaN where that is not known. */
  scan(tick: Tick, busySeconds: number): ProcessScan;
  close(): void;
}

/** How many processes there are in each state. */
export class StateCounts {
  private readonly states = new Map<number, ProcessState>();
  private readonly counts = new Map<ProcessState, number>(COUNTED.map((state) => [state, 0]));
  private made: Reading[] | undefined;

  apply(changed: readonly ProcessRow[], exited: readonly number[]): void {
    for (const pid of exited) this.move(pid, undefined);
    for (const { pid, state } of changed) this.move(pid, state);
  }

  private move(pid: number, next: ProcessState | undefined): void {
    const before = this.states.get(pid);
    if (before === next) return;
    this.made = undefined;
    if (before) this.counts.set(before, (this.counts.get(before) ?? 0) - 1);
    if (next) this.counts.set(next, (this.counts.get(next) ?? 0) + 1);
    if (next) this.states.set(pid, next);
    else this.states.delete(pid);
  }

  readings(): readonly Reading[] {
    this.made ??= COUNTED.map((state) => ({
      metric: "system.process.count",
      labels: COUNT_LABELS.get(state) as Labels,
      value: this.counts.get(state) ?? 0,
    }));
    return this.made;
  }
}

export class ProcessScanner implements ProcessSource {
  private readonly known = new Map<number, Tracked>();
  private readonly children = new ChildCredit();
  private readonly childFaults = new ChildCredit();
  /** The scan under way and the one before it. */
  private now = { at: Number.NaN, ms: Number.NaN };
  private before = this.now;
  private readonly files: ProcessFiles;
  private readonly bootTimeMs: number;
  private readonly load = new UnexplainedLoad();
  private readonly pageBytes: number;
  private readonly listing: PidListing;
  private readonly counts = new StateCounts();
  private tickCount = 0;
  private descriptors = 0;
  detail: ScanDetail = "full";

  constructor(
    private readonly roots: Roots,
    private readonly cores: number,
  ) {
    this.files = new ProcessFiles(roots.proc);
    this.listing = new PidListing(roots);
    this.pageBytes = readPageSize(roots);
    this.bootTimeMs = readBootTime(roots) ?? 0;
  }

  scan(tick: Tick, busySeconds: number): ProcessScan {
    const nowMs = performance.now();
    this.before = this.now;
    this.now = { at: tick.at, ms: nowMs };
    const elapsedSeconds = (tick.elapsedMs ?? 0) / 1000;
    const changed: ProcessRow[] = [];
    const exited: number[] = [];
    if (this.listing.read()) exited.push(...this.removeMissing(new Set(this.listing.pids)));
    const listed = this.listing.pids;
    const { detail } = this;
    const takeTurns = takesTurns(listed.length, detail);
    const turns = turnTicks(detail);
    const resting: Tracked[] = [];
    let explained = 0;
    this.tickCount++;

    const read = (pid: number, tracked: Tracked | undefined) => {
      const result = tracked ? this.refresh(pid, tracked, nowMs) : this.begin(pid, nowMs);
      if (result === "gone") {
        if (tracked) {
          this.forget(pid, tracked);
          exited.push(pid);
        }
        return;
      }
      if (result) changed.push(result);
      explained += (tracked ?? this.known.get(pid))?.row.cpu ?? 0;
    };
    for (const pid of listed) {
      const tracked = this.known.get(pid);
      const isTurn = (this.tickCount + pid) % turns === 0;
      if (!tracked || tracked.idleTicks < IDLE_EVERY_TICKS || (isTurn && !isSettledWorker(tracked))) read(pid, tracked);
      else if (tracked.isKernels && !isTurn) continue;
      else if (!tracked.isKernels && (takeTurns || tracked.restTicks >= LONG_REST_TICKS)) resting.push(tracked);
      else if (this.hasRun(tracked)) read(pid, tracked);
      else {
        tracked.restTicks++;
        tracked.readAtMs = nowMs;
      }
    }
    // Whatever else the machine does, one of those that were thought to be idle does it.
    if (resting.length > 0 && detail !== "sparse" && this.load.exists(busySeconds, explained, elapsedSeconds)) {
      for (const tracked of resting) {
        // At the tick before nothing was unexplained: what it did since it was read, it did since then.
        tracked.readAtMs = Math.max(tracked.readAtMs, this.before.ms);
        read(tracked.row.pid, tracked);
      }
    }
    this.children.forgetParents((pid) => this.known.has(pid));
    this.childFaults.forgetParents((pid) => this.known.has(pid));
    this.counts.apply(changed, exited);
    return {
      delta: { at: tick.at, changed, exited, staleMs: turns * 1000 },
      readings: this.counts.readings(),
    };
  }

  close(): void {
    for (const tracked of this.known.values()) this.closeFiles(tracked);
    this.listing.close();
  }

  private removeMissing(listed: ReadonlySet<number>): number[] {
    const exited: number[] = [];
    for (const [pid, tracked] of this.known) {
      if (listed.has(pid)) continue;
      this.forget(pid, tracked);
      exited.push(pid);
    }
    return exited;
  }

  private forget(pid: number, tracked: Tracked): void {
    const { parentPid, ownTicks, childTicks, minorFaults, childFaults } = tracked.last;
    this.children.ended(parentPid, ownTicks + childTicks);
    this.childFaults.ended(parentPid, minorFaults + childFaults);
    this.closeFiles(tracked);
    this.known.delete(pid);
  }

  private closeFiles(tracked: Tracked): void {
    if (tracked.stat.fd !== undefined) this.descriptors--;
    closeKept(tracked.stat);
    closeKept(tracked.io);
    closeKept(tracked.schedule);
  }

  /**
   * Whether an idle process has run since the tick before; true where that cannot be told. Its run time is three times cheaper to
   * read than its line, and while it stands still nothing of the line changes. It is that of one thread.
   */
  private hasRun(tracked: Tracked): boolean {
    if (tracked.last.threads !== 1) return true;
    let nanoseconds = Number.NaN;
    try {
      nanoseconds = new ByteReader(readKeptOnce(tracked.schedule)).number();
    } catch {
      // It has just ended, or this kernel does not count.
    }
    const before = tracked.ranNanoseconds;
    tracked.ranNanoseconds = nanoseconds;
    return !(nanoseconds > 0 && nanoseconds === before);
  }

  private readStat(tracked: Pick<Tracked, "stat" | "line" | "lineLength">): StatReading {
    const wasOpen = tracked.stat.fd !== undefined;
    try {
      const bytes = readKeptOnce(tracked.stat);
      if (!wasOpen) {
        if (this.descriptors < KEPT_DESCRIPTORS) this.descriptors++;
        else closeKept(tracked.stat);
      }
      const { length } = bytes;
      if (length === tracked.lineLength && bytes.compare(tracked.line, 0, length) === 0) return "same";
      if (length > tracked.line.length) tracked.line = Buffer.allocUnsafe(2 * length);
      bytes.copy(tracked.line);
      tracked.lineLength = length;
      return parseProcessStat(bytes);
    } catch {
      // Ended between the listing and now, or hidden from us: either way there is nothing to show.
      if (wasOpen) this.descriptors--;
      return null;
    }
  }

  /** When the scan before was, for a process that began after it: all that it did, it did since then. */
  private unseenSince(startedAt: number): number | null {
    const { before, now } = this;
    return startedAt > before.at - START_SLACK_MS && startedAt < now.at + START_SLACK_MS ? before.ms : null;
  }

  private begin(pid: number, nowMs: number): ProcessRow | "gone" | null {
    const base = `${this.roots.proc}/${pid}`;
    const files = {
      stat: { path: `${base}/stat` } as KeptFile,
      line: Buffer.alloc(0),
      lineLength: 0,
    };
    const last = this.readStat(files);
    if (!last || last === "same") return "gone";
    const status = this.files.status(pid);
    const parent = this.known.get(last.parentPid);
    const startedAt = this.bootTimeMs + (last.startTicks * 1000) / TICKS_PER_SECOND;
    const sinceMs = this.unseenSince(startedAt);
    const seconds = sinceMs === null ? 0 : (nowMs - sinceMs) / 1000;
    const row: ProcessRow = {
      pid,
      startedAt,
      parentPid: last.parentPid,
      name: last.name,
      command: this.files.command(pid),
      user: this.files.userOf(status, nowMs),
      state: last.state,
      cpu: seconds > 0 ? cpuOf(last.ownTicks + last.childTicks, { seconds, cores: this.cores }) : null,
      memoryBytes: last.residentPages * this.pageBytes,
      virtualBytes: last.virtualBytes,
      threads: last.threads,
      readBytesPerSecond: null,
      writeBytesPerSecond: null,
      minorFaultsPerSecond: null,
      majorFaultsPerSecond: null,
      openFiles: null,
      voluntarySwitchesPerSecond: null,
      involuntarySwitchesPerSecond: null,
      shortLivedPerSecond: seconds > 0 ? shortLivedOf(last.childFaults, seconds) : null,
      // A child begins where its parent is; whoever starts a container moves it there right after.
      group: parent && this.tickCount > 1 ? parent.row.group : this.files.group(pid),
    };
    const tracked: Tracked = {
      stat: files.stat,
      line: files.line,
      lineLength: files.lineLength,
      io: { path: `${base}/io` },
      schedule: { path: `${base}/schedstat` },
      ranNanoseconds: Number.NaN,
      ioRefused: false,
      last,
      readAtMs: nowMs,
      idleTicks: 0,
      restTicks: 0,
      ageTicks: 0,
      ioBytes: sinceMs === null ? null : { read: 0, written: 0 },
      ioAtMs: sinceMs ?? nowMs,
      detail: countersOf(status, last, nowMs),
      isKernels: pid === KTHREADD || last.parentPid === KTHREADD,
      row,
    };
    this.known.set(pid, tracked);
    const io = this.readIo(tracked, nowMs);
    row.readBytesPerSecond = io?.read ?? null;
    row.writeBytesPerSecond = io?.written ?? null;
    return row;
  }

  /** The new row when something a viewer can see has changed, null when nothing has. */
  private refresh(pid: number, tracked: Tracked, nowMs: number): ProcessRow | "gone" | null {
    const reading = this.readStat(tracked);
    if (!reading) return "gone";
    if (reading === "same" && isAtRest(tracked)) {
      tracked.idleTicks++;
      tracked.restTicks++;
      tracked.readAtMs = nowMs;
      return null;
    }
    const stat = reading === "same" ? tracked.last : reading;
    if (stat.startTicks !== tracked.last.startTicks) {
      // Another process has the number now.
      this.forget(pid, tracked);
      return this.begin(pid, nowMs);
    }
    const seconds = (nowMs - tracked.readAtMs) / 1000;
    const own = stat.ownTicks - tracked.last.ownTicks;
    const children = this.children.uncredited(pid, stat.childTicks - tracked.last.childTicks);
    const childFaults = this.childFaults.uncredited(pid, stat.childFaults - tracked.last.childFaults);
    const moved = own + children > 0 || stat.majorFaults !== tracked.last.majorFaults || stat.state !== tracked.last.state;
    tracked.idleTicks = moved ? 0 : tracked.idleTicks + 1;
    if (moved) tracked.restTicks = 0;
    tracked.ageTicks++;
    tracked.last = stat;
    tracked.readAtMs = nowMs;

    const before = tracked.row;
    // What has no memory of its own runs no program: the kernel's workers take another name with each piece of work.
    const exec = stat.virtualBytes > 0 && (stat.name !== before.name || tracked.ageTicks === SETTLED_TICKS);
    const turn = this.tickCount + pid;
    const detail = isDetailDue(tracked, turn, this.detail);
    const status = exec || detail ? this.files.status(pid) : undefined;
    const io = this.ioOf(tracked, turn, nowMs);
    const told = detail && status ? this.detailOf(pid, tracked, countersOf(status, stat, nowMs)) : before;
    // Field by field and in one order: copies of objects that differ in shape are what costs most where processes are many.
    const row: ProcessRow = {
      pid,
      startedAt: before.startedAt,
      parentPid: stat.parentPid,
      name: stat.name,
      command: exec ? this.files.command(pid) : before.command,
      user: exec && status ? this.files.userOf(status, nowMs) : before.user,
      state: stat.state,
      cpu: seconds > 0 ? cpuOf(own + children, { seconds, cores: this.cores }) : before.cpu,
      memoryBytes: stat.residentPages * this.pageBytes,
      virtualBytes: stat.virtualBytes,
      threads: stat.threads,
      readBytesPerSecond: io.read,
      writeBytesPerSecond: io.written,
      minorFaultsPerSecond: told.minorFaultsPerSecond,
      majorFaultsPerSecond: told.majorFaultsPerSecond,
      openFiles: told.openFiles,
      voluntarySwitchesPerSecond: told.voluntarySwitchesPerSecond,
      involuntarySwitchesPerSecond: told.involuntarySwitchesPerSecond,
      shortLivedPerSecond: childFaults > 0 ? shortLivedOf(childFaults, seconds) : null,
      group: tracked.ageTicks === SETTLED_TICKS ? this.files.group(pid) : before.group,
    };
    if (sameRow(before, row)) return null;
    tracked.row = row;
    return row;
  }

  private ioOf(tracked: Tracked, turn: number, nowMs: number): { read: number | null; written: number | null } {
    const { row } = tracked;
    const step = ioStep(tracked, turn, this.detail);
    if (step === "keep") return { read: row.readBytesPerSecond, written: row.writeBytesPerSecond };
    const nothing = tracked.ioRefused ? null : 0;
    return (step === "read" ? this.readIo(tracked, nowMs) : null) ?? { read: nothing, written: nothing };
  }

  private detailOf(pid: number, tracked: Tracked, counters: DetailCounters): Told {
    const before = tracked.detail;
    tracked.detail = counters;
    const rate = (kind: Exclude<keyof DetailCounters, "atMs">) =>
      perSecond((counters[kind] ?? Number.NaN) - (before[kind] ?? Number.NaN), (counters.atMs - before.atMs) / 1000);
    return {
      minorFaultsPerSecond: rate("minorFaults"),
      majorFaultsPerSecond: rate("majorFaults"),
      openFiles: tracked.last.state === "defunct" ? null : this.files.openFiles(pid),
      voluntarySwitchesPerSecond: rate("voluntary"),
      involuntarySwitchesPerSecond: rate("involuntary"),
    };
  }

  /** Bytes a second since the reading before; null at the first one, and for processes whose counters we may not read. */
  private readIo(tracked: Tracked, nowMs: number): { read: number; written: number } | null {
    if (tracked.ioRefused || tracked.row.state === "defunct") return null;
    let bytes: { read: number; written: number } | null;
    try {
      bytes = parseProcessIo(readKeptOnce(tracked.io));
      if (this.descriptors >= KEPT_DESCRIPTORS) closeKept(tracked.io);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EACCES" || (error as NodeJS.ErrnoException).code === "EPERM")
        tracked.ioRefused = true;
      return null;
    }
    const before = tracked.ioBytes;
    const seconds = (nowMs - tracked.ioAtMs) / 1000;
    tracked.ioBytes = bytes;
    tracked.ioAtMs = nowMs;
    if (!before || !bytes || seconds <= 0) return null;
    return {
      read: Math.round(Math.max(0, bytes.read - before.read) / seconds),
      written: Math.round(Math.max(0, bytes.written - before.written) / seconds),
    };
  }
}

function countersOf(status: ProcessStatus, { minorFaults, majorFaults }: ProcessStat, atMs: number): DetailCounters {
  return { atMs, voluntary: status.voluntarySwitches, involuntary: status.involuntarySwitches, minorFaults, majorFaults };
}
