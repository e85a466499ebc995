/** Scans the process table: active processes each tick, idle ones in rotation, all skipped ones when CPU load is unexplained. */

import type { ScanDetail } from "~/domain/collection-cost";
import type { ProcessRow } from "~/domain/process";
import { Redactor } from "~/domain/redact";
import type { Roots } from "../roots";
import { isClockSet, readStartClock, type ScanTime, startOf } from "./boot-time";
import type { Tick } from "./collector";
import { PidListing } from "./pid-listing";
import { ProcessDescriptors } from "./process-descriptors";
import { ProcessFiles } from "./process-files";
import {
  IDLE_EVERY_TICKS,
  ioStep,
  isAtRest,
  isCommandDue as isCommandDueAt,
  isDetailDue,
  isInRotation,
  isSettledWorker,
  KTHREADD,
  LONG_REST_TICKS,
  rotationTicks,
  SETTLED_TICKS,
} from "./process-pace";
import { cpuOf, perSecond, sameRow, shortLivedOf } from "./process-rates";
import type { ProcessScan, ProcessSource } from "./process-source";
import { StateCounts } from "./process-state-counts";
import { type KernelFile, readPageSize } from "./procfs";
import { limitReapers, ReapedChildren, type Reaper } from "./reaped-children";
import { countersOf, type DetailCounters, type DetailRates, type TrackedProcess } from "./tracked-process";
import { BusyCores, isLoadUnexplained } from "./unexplained-load";

/** btime is in whole seconds, so a start time may be off by up to a second. */
const START_SLACK_MS = 1500;

export class ProcessScanner implements ProcessSource {
  private readonly known = new Map<number, TrackedProcess>();
  private readonly reaped = new ReapedChildren();
  private reapers: Reaper[] = [];
  /** The current scan and the previous one. */
  private now: ScanTime = { at: Number.NaN, ms: Number.NaN };
  private before = this.now;
  private readonly files: ProcessFiles;
  private bootTimeMs: number;
  private readonly load = new BusyCores();
  private readonly pageBytes: number;
  private readonly listing: PidListing;
  private readonly counts = new StateCounts();
  private readonly descriptors = new ProcessDescriptors();
  private tickCount = 0;
  detail: ScanDetail = "full";

  constructor(
    private readonly roots: Roots,
    private readonly cores: number,
    redactor = new Redactor(),
  ) {
    this.files = new ProcessFiles(roots, redactor);
    this.listing = new PidListing(roots);
    this.pageBytes = readPageSize(roots);
    this.bootTimeMs = readStartClock(roots);
  }

  scan(tick: Tick, busySeconds: number): ProcessScan {
    const nowMs = performance.now();
    this.before = this.now;
    this.now = { at: tick.at, ms: nowMs };
    const elapsedSeconds = (tick.elapsedMs ?? 0) / 1000;
    const changed: ProcessRow[] = [];
    const exited: number[] = [];
    const startsMovedMs = isClockSet(this.before, this.now) ? this.restartClock() : 0;
    if (this.listing.read()) exited.push(...this.removeMissing(new Set(this.listing.pids)));
    const listed = this.listing.pids;
    const { detail } = this;
    const inRotation = isInRotation(listed.length, detail);
    const turns = rotationTicks(detail);
    const resting: TrackedProcess[] = [];
    const busy = this.load.next(busySeconds, elapsedSeconds);
    let explained = 0;
    this.tickCount++;
    this.reapers = [];

    const read = (pid: number, tracked: TrackedProcess | undefined) => {
      const result = tracked ? this.refresh(pid, tracked, nowMs) : this.begin(pid, nowMs);
      if (result === "gone" && tracked) {
        this.forget(pid, tracked);
        exited.push(pid);
      }
      if (result === "gone") return;
      if (result) changed.push(result);
      explained += (tracked ?? this.known.get(pid))?.row.cpu ?? 0;
    };
    for (const pid of listed) {
      const tracked = this.known.get(pid);
      const isTurn = (this.tickCount + pid) % turns === 0;
      if (!tracked || tracked.idleTicks < IDLE_EVERY_TICKS || (isTurn && !isSettledWorker(tracked))) read(pid, tracked);
      else if (tracked.isKernels && !isTurn) continue;
      else if (!tracked.isKernels && (inRotation || tracked.restTicks >= LONG_REST_TICKS)) resting.push(tracked);
      else if (this.descriptors.hasRun(tracked)) {
        tracked.mayHaveNewCommand = true;
        read(pid, tracked);
      } else {
        tracked.restTicks++;
        tracked.readAtMs = nowMs;
      }
    }
    // The unexplained CPU time must come from processes that were skipped as idle: read them all.
    if (resting.length > 0 && detail !== "sparse" && isLoadUnexplained(busy, explained)) {
      for (const tracked of resting) {
        // Nothing was unexplained at the previous tick, so whatever it did since its last reading, it did after that tick.
        tracked.readAtMs = Math.max(tracked.readAtMs, this.before.ms);
        read(tracked.row.pid, tracked);
      }
    }
    if (startsMovedMs !== 0) {
      const told = new Set(changed.map(({ pid }) => pid));
      for (const { row } of this.known.values()) if (!told.has(row.pid)) changed.push(row);
    }
    limitReapers(this.reapers, { shown: explained, busy, cores: this.cores });
    this.reaped.finishScan((pid) => this.known.has(pid));
    this.counts.apply(changed, exited);
    return {
      delta: { at: tick.at, changed, exited, staleMs: turns * 1000, ...(startsMovedMs !== 0 && { startsMovedMs }) },
      readings: this.counts.readings(),
    };
  }

  close(): void {
    for (const tracked of this.known.values()) this.descriptors.close(tracked);
    this.listing.close();
  }

  /** Start times follow the clock. Returns by how much they are now later. */
  private restartClock(): number {
    const bootTimeMs = readStartClock(this.roots);
    const movedMs = bootTimeMs - this.bootTimeMs;
    if (Math.abs(movedMs) <= START_SLACK_MS) return 0;
    this.bootTimeMs = bootTimeMs;
    for (const tracked of this.known.values())
      tracked.row = { ...tracked.row, startedAt: startOf(bootTimeMs, tracked.last.startTicks) };
    return movedMs;
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

  private forget(pid: number, tracked: TrackedProcess): void {
    this.reaped.ended(pid, tracked);
    this.descriptors.close(tracked);
    this.known.delete(pid);
  }

  /** Time of the previous scan if the process started after it, so that all its counters accrued since then. Null otherwise. */
  private unseenSince(startedAt: number): number | null {
    const { before, now } = this;
    return startedAt > before.at - START_SLACK_MS && startedAt < now.at + START_SLACK_MS ? before.ms : null;
  }

  private begin(pid: number, nowMs: number): ProcessRow | "gone" | null {
    const base = `${this.roots.proc}/${pid}`;
    const files = {
      stat: { path: `${base}/stat` } as KernelFile,
      line: Buffer.alloc(0),
      lineLength: 0,
    };
    const last = this.descriptors.readStat(files);
    if (!last || last === "same") return "gone";
    const status = this.files.status(pid);
    const parent = this.known.get(last.parentPid);
    const command = this.files.command(pid);
    const startedAt = startOf(this.bootTimeMs, last.startTicks);
    const sinceMs = this.unseenSince(startedAt);
    const seconds = sinceMs === null ? 0 : (nowMs - sinceMs) / 1000;
    const row: ProcessRow = {
      pid,
      startedAt,
      parentPid: last.parentPid,
      name: last.name,
      command: command.text,
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
      // A child starts in its parent's cgroup. A container runtime moves it right after, so the group is read again later.
      group: parent && this.tickCount > 1 ? parent.row.group : this.files.group(pid),
      sessionId: last.sessionId,
      sharedBytes: status.sharedBytes,
      swapBytes: status.swapBytes,
    };
    const tracked: TrackedProcess = {
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
      ioBytes: sinceMs === null ? null : { read: 0, written: 0, cancelled: 0 },
      ioAtMs: sinceMs ?? nowMs,
      detail: countersOf(status, last, nowMs),
      isKernels: pid === KTHREADD || last.parentPid === KTHREADD,
      command,
      commandTick: this.tickCount,
      mayHaveNewCommand: false,
      row,
    };
    this.known.set(pid, tracked);
    const io = this.readIo(tracked, nowMs);
    row.readBytesPerSecond = io?.read ?? null;
    row.writeBytesPerSecond = io?.written ?? null;
    return row;
  }

  /** The new row if anything visible changed, null if not. */
  private refresh(pid: number, tracked: TrackedProcess, nowMs: number): ProcessRow | "gone" | null {
    const reading = this.descriptors.readStat(tracked);
    if (!reading) return "gone";
    if (reading !== "same") tracked.mayHaveNewCommand = true;
    const isCommandDue = isCommandDueAt(tracked, this.tickCount, this.detail);
    if (reading === "same" && isAtRest(tracked) && !isCommandDue) {
      tracked.idleTicks++;
      tracked.restTicks++;
      tracked.readAtMs = nowMs;
      return null;
    }
    const stat = reading === "same" ? tracked.last : reading;
    if (stat.startTicks !== tracked.last.startTicks) {
      // The pid was reused.
      this.forget(pid, tracked);
      return this.begin(pid, nowMs);
    }
    const seconds = (nowMs - tracked.readAtMs) / 1000;
    const own = stat.ownTicks - tracked.last.ownTicks;
    const children = this.reaped.cpu.unreported(pid, stat.childTicks - tracked.last.childTicks);
    const childFaults = this.reaped.faults.unreported(pid, stat.childFaults - tracked.last.childFaults);
    const moved = own + children > 0 || stat.majorFaults !== tracked.last.majorFaults || stat.state !== tracked.last.state;
    tracked.idleTicks = moved ? 0 : tracked.idleTicks + 1;
    if (moved) tracked.restTicks = 0;
    tracked.ageTicks++;
    tracked.last = stat;
    tracked.readAtMs = nowMs;

    const before = tracked.row;
    // Without virtual memory it is a kernel thread, which never execs: workqueue threads change their name with each work item.
    const exec = stat.virtualBytes > 0 && (stat.name !== before.name || tracked.ageTicks === SETTLED_TICKS);
    const turn = this.tickCount + pid;
    const detail = isDetailDue(tracked, turn, this.detail);
    const status = exec || detail ? this.files.status(pid) : undefined;
    const io = this.ioOf(tracked, turn, nowMs);
    const told = detail && status ? this.detailOf(pid, tracked, countersOf(status, stat, nowMs)) : before;
    // Sets the fields one by one in a fixed order: with many processes, copying objects of differing shape is the main cost.
    const row: ProcessRow = {
      pid,
      startedAt: before.startedAt,
      parentPid: stat.parentPid,
      name: stat.name,
      command: exec || isCommandDue ? this.readCommand(pid, tracked) : before.command,
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
      sessionId: stat.sessionId,
      sharedBytes: status ? status.sharedBytes : before.sharedBytes,
      swapBytes: status ? status.swapBytes : before.swapBytes,
    };
    if (sameRow(before, row)) return null;
    if (children > 0) this.reapers.push({ row, children: cpuOf(children, { seconds, cores: this.cores }) });
    tracked.row = row;
    return row;
  }

  private readCommand(pid: number, tracked: TrackedProcess): string {
    tracked.command = this.files.command(pid, tracked.command);
    tracked.commandTick = this.tickCount;
    tracked.mayHaveNewCommand = false;
    return tracked.command.text;
  }

  private ioOf(tracked: TrackedProcess, turn: number, nowMs: number): { read: number | null; written: number | null } {
    const { row } = tracked;
    const step = ioStep(tracked, turn, this.detail);
    if (step === "keep") return { read: row.readBytesPerSecond, written: row.writeBytesPerSecond };
    const nothing = tracked.ioRefused ? null : 0;
    return (step === "read" ? this.readIo(tracked, nowMs) : null) ?? { read: nothing, written: nothing };
  }

  private detailOf(pid: number, tracked: TrackedProcess, counters: DetailCounters): DetailRates {
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

  /** Bytes per second since the last reading. Null without an earlier one, for zombies, and if the counters may not be read. */
  private readIo(tracked: TrackedProcess, nowMs: number): { read: number; written: number } | null {
    if (tracked.ioRefused || tracked.row.state === "defunct") return null;
    const bytes = this.descriptors.readIo(tracked);
    if (!bytes) return null;
    const before = tracked.ioBytes;
    const seconds = (nowMs - tracked.ioAtMs) / 1000;
    tracked.ioBytes = bytes;
    tracked.ioAtMs = nowMs;
    if (!before || seconds <= 0) return null;
    const { read, written } = this.reaped.unreportedIo(tracked.row.pid, before, bytes);
    return { read: Math.round(read / seconds), written: Math.round(written / seconds) };
  }
}
