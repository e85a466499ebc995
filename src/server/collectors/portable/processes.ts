/** The process table on systems without /proc, from the newest answer of systeminformation. */
import type { Systeminformation } from "systeminformation";
import type { ScanDetail } from "~/domain/collection-cost";
import { printable } from "~/domain/printable";
import { NOT_REPORTED, type ProcessRow, type ProcessState } from "~/domain/process";
import type { Redactor } from "~/domain/redact";
import type { Tick } from "../collector";
import { sameRow } from "../process-rates";
import type { ProcessScan, ProcessSource } from "../process-source";
import { StateCounts } from "../process-state-counts";
import { Poll } from "./poll";

const EVERY_MS: Record<ScanDetail, number> = { full: 5_000, reduced: 15_000, sparse: 60_000 };
const KIBIBYTE = 1024;
/** Arguments beyond are not looked at. */
const MAX_COMMAND_LENGTH = 8192;
const MAX_COMMAND = 1000;
/** The library computes the start from the age in seconds: the same start may vary by a second or two. */
const SAME_START_MS = 3000;

const STATES: Readonly<Record<string, ProcessState>> = {
  running: "running",
  sleeping: "sleeping",
  blocked: "uninterruptible",
  stopped: "stopped",
  paging: "uninterruptible",
  zombie: "defunct",
  dead: "dead",
};

export interface PortableSystem {
  cores: number;
  /** What the library means by 100 % CPU: one core (ps, macOS) or the whole machine (Windows). */
  cpuOf: "core" | "machine";
  redactor: Redactor;
}

/** Converts a row of the library. Fields that it does not have are null. */
export function rowOf(one: Systeminformation.ProcessesProcessData, system: PortableSystem): ProcessRow {
  const cores = (one.cpu / 100) * (system.cpuOf === "machine" ? system.cores : 1);
  const started = Date.parse(one.started.replace(" ", "T"));
  const command = [one.path ? `${one.path}/${one.command}` : one.command, one.params].filter(Boolean).join(" ");
  return {
    pid: one.pid,
    startedAt: Number.isNaN(started) ? 0 : started,
    parentPid: one.parentPid,
    name: printable(one.name || one.command),
    command: system.redactor.commandLine(printable(command).slice(0, MAX_COMMAND_LENGTH)).slice(0, MAX_COMMAND),
    user: printable(one.user ?? ""),
    state: STATES[one.state] ?? "sleeping",
    cpu: Number.isFinite(cores) ? Math.round(Math.min(Math.max(0, cores), system.cores) * 1e4) / 1e4 : null,
    memoryBytes: Math.max(0, one.memRss || 0) * KIBIBYTE,
    virtualBytes: Math.max(0, one.memVsz || 0) * KIBIBYTE,
    threads: null,
    ...NOT_REPORTED,
    group: null,
  };
}

function isSame(a: ProcessRow, b: ProcessRow): boolean {
  return a.pid === b.pid && a.name === b.name && Math.abs(a.startedAt - b.startedAt) <= SAME_START_MS;
}

/** Changes between two tables. A start time that varies by no more than SAME_START_MS keeps its first value. */
export function deltaOf(before: ReadonlyMap<number, ProcessRow>, rows: readonly ProcessRow[]) {
  const table = new Map<number, ProcessRow>();
  const changed: ProcessRow[] = [];
  for (const row of rows) {
    const known = before.get(row.pid);
    const now = known && isSame(known, row) ? { ...row, startedAt: known.startedAt } : row;
    table.set(row.pid, now);
    if (!known || !sameRow(known, now)) changed.push(now);
  }
  return { table, changed, exited: [...before.keys()].filter((pid) => !table.has(pid)) };
}

/** The table of the newest answer; it is as old as the request. */
export class PortableProcesses implements ProcessSource {
  detail: ScanDetail = "full";
  private table: ReadonlyMap<number, ProcessRow> = new Map();
  private shown: unknown;
  private readonly counts = new StateCounts();
  private readonly poll: Poll<Systeminformation.ProcessesData>;

  constructor(
    private readonly system: PortableSystem,
    ask: () => Promise<Systeminformation.ProcessesData>,
  ) {
    this.poll = new Poll(() => EVERY_MS[this.detail], ask);
  }

  scan({ at }: Tick): ProcessScan {
    this.poll.tick(performance.now());
    const staleMs = 2 * EVERY_MS[this.detail];
    const { newest } = this.poll;
    if (!newest) return { delta: { at, changed: [], exited: [], staleMs }, readings: [] };
    let delta: Pick<ReturnType<typeof deltaOf>, "changed" | "exited"> = { changed: [], exited: [] };
    if (newest !== this.shown) {
      this.shown = newest;
      const next = deltaOf(
        this.table,
        newest.value.list.map((one) => rowOf(one, this.system)),
      );
      this.table = next.table;
      delta = next;
      this.counts.apply(next.changed, next.exited);
    }
    return { delta: { at, changed: delta.changed, exited: delta.exited, staleMs }, readings: this.counts.readings() };
  }

  close(): void {}
}
