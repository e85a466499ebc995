/** What parents show of children that have exited: only what no row of a child has shown. */
import type { ProcessRow } from "~/domain/process";
import type { ProcessIo } from "./process-stat";
import type { TrackedProcess } from "./tracked-process";

/**
 * CPU ticks, page faults or bytes of I/O of children that exited. The kernel adds all of them to the parent once it has waited for the child,
 * but the child's own row has already shown a part.
 */
class ReapedChildUsage {
  /** What the rows of exited children have already shown, by parent. */
  private readonly shown = new Map<number, number>();

  /** What its own children have shown passes on with it: its parent's counters get the sum of both. */
  ended(pid: number, { heir, amount }: { heir: number; amount: number }): void {
    const whole = amount + (this.shown.get(pid) ?? 0);
    this.shown.delete(pid);
    if (whole > 0) this.shown.set(heir, (this.shown.get(heir) ?? 0) + whole);
  }

  /** The part of the growth of the parent's child counter that no row has shown. */
  unreported(pid: number, growth: number): number {
    const shown = this.shown.get(pid) ?? 0;
    if (shown === 0 || growth <= 0) return Math.max(0, growth);
    const used = Math.min(shown, growth);
    if (used === shown) this.shown.delete(pid);
    else this.shown.set(pid, shown - used);
    return growth - used;
  }

  forgetParents(isKnown: (pid: number) => boolean): void {
    for (const pid of this.shown.keys()) if (!isKnown(pid)) this.shown.delete(pid);
  }
}

/** In clock ticks, faults and bytes. */
export class ReapedChildren {
  readonly cpu = new ReapedChildUsage();
  readonly faults = new ReapedChildUsage();
  private readonly read = new ReapedChildUsage();
  private readonly written = new ReapedChildUsage();
  private readonly cancelled = new ReapedChildUsage();
  /** The parents of the processes that exited since the last scan: a whole tree may exit at once, in any order. */
  private readonly parents = new Map<number, number>();

  ended(pid: number, { last, ioBytes }: Pick<TrackedProcess, "last" | "ioBytes">): void {
    this.parents.set(pid, last.parentPid);
    const heir = this.heirOf(pid);
    this.cpu.ended(pid, { heir, amount: last.ownTicks + last.childTicks });
    this.faults.ended(pid, { heir, amount: last.minorFaults + last.childFaults });
    this.read.ended(pid, { heir, amount: ioBytes?.read ?? 0 });
    this.written.ended(pid, { heir, amount: ioBytes?.written ?? 0 });
    this.cancelled.ended(pid, { heir, amount: ioBytes?.cancelled ?? 0 });
  }

  /** Bytes between two readings of a process that no row has shown. Writes less those that it cancelled, but never below zero. */
  unreportedIo(pid: number, before: ProcessIo, now: ProcessIo): { read: number; written: number } {
    const of = (kind: keyof ProcessIo) => this[kind].unreported(pid, now[kind] - before[kind]);
    return { read: of("read"), written: Math.max(0, of("written") - of("cancelled")) };
  }

  /** Call at the end of each scan. */
  finishScan(isKnown: (pid: number) => boolean): void {
    this.parents.clear();
    for (const usage of [this.cpu, this.faults, this.read, this.written, this.cancelled]) usage.forgetParents(isKnown);
  }

  /** The nearest ancestor that has not exited in this scan. */
  private heirOf(pid: number): number {
    const passed = new Set<number>();
    let heir = pid;
    for (let next = this.parents.get(heir); next !== undefined && !passed.has(next); next = this.parents.get(heir)) {
      passed.add(next);
      heir = next;
    }
    return heir;
  }
}

/** A row with CPU time of exited children in it that no row of theirs has shown. */
export interface Reaper {
  row: ProcessRow;
  /** In cores. */
  children: number;
}

/** Room for the rounding of clock ticks, in cores, and for readings that are some milliseconds apart. */
const SLACK_CORES = 0.1;
const SLACK_SHARE = 1.1;

/**
 * Children that no listing saw have run since the listing before. What the rows of their parents say beyond what the machine did since then was
 * shown before, by a process that another one has waited for: it is taken off again. `shown` is the sum of all rows, `busy` what the machine
 * used, NaN if unknown, both in cores.
 */
export function limitReapers(
  reapers: readonly Reaper[],
  { shown, busy, cores }: Record<"shown" | "busy" | "cores", number>,
): void {
  const possible = Number.isNaN(busy) ? cores : Math.min(cores, busy * SLACK_SHARE + SLACK_CORES);
  const children = reapers.reduce((sum, reaper) => sum + reaper.children, 0);
  const surplus = Math.min(shown - possible, children);
  if (!(surplus > 0)) return;
  for (const { row, children: own } of reapers)
    row.cpu = Math.round(Math.max(0, (row.cpu ?? 0) - (own * surplus) / children) * 1e4) / 1e4;
}
