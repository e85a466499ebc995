/** Encodes the process table as changes per tick. Pure. */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { ProcessDelta, ProcessRow } from "~/domain/process";
import type { BlockTick, EncodedValues, NullableNumber, ProcessBlock, ProcessIdentity } from "./block-types";
import { rowsOf } from "./process-differences";

const VERSION = 4;
/** Version 3 has no differences. Version 2 has no groups and only the first eight values of a row; the rest read as null. */
const READABLE = [2, 3, 4];
const MAX_INFLATED = 256 * 1024 * 1024;

/** True when a block can be applied after `last`. */
export function continuesChain(block: ProcessBlock, last: ProcessBlock | undefined): boolean {
  return block.n === 0 || (last !== undefined && block.chain === last.chain && block.n === last.n + 1);
}

function identityOf(row: ProcessRow): ProcessIdentity {
  return [row.pid, row.startedAt, row.parentPid, row.name, row.command, row.user, row.group, row.sessionId];
}

function isSame(row: ProcessRow, [, startedAt, parentPid, name, command, user, group, sessionId]: ProcessIdentity): boolean {
  return (
    row.startedAt === startedAt &&
    row.parentPid === parentPid &&
    row.name === name &&
    row.command === command &&
    row.user === user &&
    row.group === group &&
    row.sessionId === sessionId
  );
}

const kibibytes = (bytes: number | null) => (bytes === null ? null : Math.round(bytes / 1024));

function valuesOf(row: ProcessRow): EncodedValues {
  const values: EncodedValues = [
    row.pid,
    row.state,
    row.cpu === null ? null : Math.round(row.cpu * 1e4),
    Math.round(row.memoryBytes / 1024),
    Math.round(row.virtualBytes / 1024),
    row.threads,
    row.readBytesPerSecond,
    row.writeBytesPerSecond,
    row.minorFaultsPerSecond,
    row.majorFaultsPerSecond,
    row.openFiles,
    row.voluntarySwitchesPerSecond,
    row.involuntarySwitchesPerSecond,
  ];
  const last = [row.shortLivedPerSecond, kibibytes(row.sharedBytes), kibibytes(row.swapBytes)];
  while (last.at(-1) === null) last.pop();
  values.push(...last);
  return values;
}

function rowOf(
  [pid, startedAt, parentPid, name, command, user, group = null, sessionId = null]: ProcessIdentity,
  values: EncodedValues,
): ProcessRow {
  const [, state, cpu, memory, virtual, threads, read, written] = values;
  const [minor = null, major = null, openFiles = null, voluntary = null, involuntary = null, ...last] = values.slice(
    8,
  ) as NullableNumber[];
  const [shortLived = null, shared = null, swapped = null] = last;
  return {
    pid,
    startedAt,
    parentPid,
    name,
    command,
    user,
    state,
    cpu: cpu === null ? null : cpu / 1e4,
    memoryBytes: memory * 1024,
    virtualBytes: virtual * 1024,
    threads,
    readBytesPerSecond: read,
    writeBytesPerSecond: written,
    minorFaultsPerSecond: minor,
    majorFaultsPerSecond: major,
    openFiles,
    voluntarySwitchesPerSecond: voluntary,
    involuntarySwitchesPerSecond: involuntary,
    shortLivedPerSecond: shortLived,
    group,
    sessionId,
    sharedBytes: shared === null ? null : shared * 1024,
    swapBytes: swapped === null ? null : swapped * 1024,
  };
}

/** Writes each process's identity once, then only its values. */
export class TickEncoder {
  private readonly known = new Map<number, ProcessIdentity>();
  private all = true;

  /** The next tick lists every process. */
  restart(): void {
    this.known.clear();
    this.all = true;
  }

  /** True when the next `encode` needs every row. */
  get startsAnew(): boolean {
    return this.all;
  }

  /**
   * `start` is the block's start, which `t` counts from. `rows` are the changed ones; all rows at the first tick and after
   * `restart`.
   */
  encode(delta: ProcessDelta, start: number, rows: Iterable<ProcessRow> = delta.changed): BlockTick {
    const changed: EncodedValues[] = [];
    const identities: ProcessIdentity[] = [];
    for (const row of rows) {
      changed.push(valuesOf(row));
      const known = this.known.get(row.pid);
      if (known && isSame(row, known)) continue;
      const identity = identityOf(row);
      this.known.set(row.pid, identity);
      identities.push(identity);
    }
    for (const pid of delta.exited) this.known.delete(pid);
    const tick: BlockTick = { t: delta.at - start, stale: delta.staleMs, changed, identities, exited: delta.exited };
    if (this.all) tick.all = true;
    if (delta.startsMovedMs !== undefined) tick.moved = delta.startsMovedMs;
    this.all = false;
    return tick;
  }
}

export type BlockLink = Pick<ProcessBlock, "chain" | "n" | "every">;

export function blockOf(link: BlockLink, ticks: BlockTick[]): ProcessBlock {
  return { v: VERSION, ...link, ticks };
}

export function encodeBlock(block: ProcessBlock): Buffer {
  return deflateRawSync(JSON.stringify(block));
}

/** Null when the bytes are not a block of a readable version. */
export function decodeBlock(data: Buffer): ProcessBlock | null {
  try {
    const block = JSON.parse(inflateRawSync(data, { maxOutputLength: MAX_INFLATED }).toString("utf8")) as ProcessBlock;
    return READABLE.includes(block.v) ? block : null;
  } catch {
    return null;
  }
}

/** Receives the old values of each process before a tick changes them. */
export interface ReplayListener {
  begins(pid: number): void;
  ends(identity: ProcessIdentity, values: EncodedValues): void;
  /** The clock was set: all start times are this much later from this tick on. */
  startsMoved(at: number, movedMs: number): void;
  /** Called after the changes of a tick; `everyMs` is the interval of its block. */
  tick(at: number, everyMs: number): void;
}

/** Rebuilds the process table tick by tick. */
export class BlockReplay {
  private readonly identities = new Map<number, ProcessIdentity>();
  private readonly values = new Map<number, EncodedValues>();
  at = Number.NEGATIVE_INFINITY;
  staleMs = 0;
  everyMs = 1000;
  /** By how much the start times have moved with the clock so far. */
  movedMs = 0;

  constructor(private readonly listener?: ReplayListener) {}

  /** Applies the ticks of a block up to and including `until`. */
  apply(start: number, block: ProcessBlock, until: number): void {
    this.eachTick(start, block, until, () => {});
  }

  /** As `apply`; calls `onTick` with the table updated after each tick. */
  eachTick(start: number, block: ProcessBlock, until: number, onTick: (at: number) => void): void {
    this.everyMs = block.every ?? 1000;
    for (const tick of block.ticks) {
      const at = start + tick.t;
      if (at > until) return;
      if (tick.all) this.clear();
      for (const pid of tick.exited) this.remove(pid);
      const changed = tick.differences ? [...tick.changed, ...rowsOf(tick.differences, this.values)] : tick.changed;
      if (this.listener) for (const [pid] of changed) this.change(pid, this.listener);
      if (tick.moved !== undefined) {
        this.movedMs += tick.moved;
        this.listener?.startsMoved(at, tick.moved);
      }
      for (const identity of tick.identities) this.identities.set(identity[0], identity);
      for (const values of changed) this.values.set(values[0], values);
      this.at = at;
      this.staleMs = tick.stale;
      this.listener?.tick(at, this.everyMs);
      onTick(at);
    }
  }

  /** Reports the last values of every running process to the listener. */
  finish(): void {
    for (const pid of this.values.keys()) this.end(pid);
  }

  rows(): ProcessRow[] {
    return [...this.values].flatMap(([pid, values]) => {
      const identity = this.identities.get(pid);
      return identity ? [rowOf(identity, values)] : [];
    });
  }

  row(pid: number): ProcessRow | null {
    const [identity, values] = [this.identities.get(pid), this.values.get(pid)];
    return identity && values ? rowOf(identity, values) : null;
  }

  private change(pid: number, listener: ReplayListener): void {
    if (this.values.has(pid)) this.end(pid);
    else listener.begins(pid);
  }

  private end(pid: number): void {
    const [identity, values] = [this.identities.get(pid), this.values.get(pid)];
    if (identity && values) this.listener?.ends(identity, values);
  }

  private remove(pid: number): void {
    this.end(pid);
    this.identities.delete(pid);
    this.values.delete(pid);
  }

  private clear(): void {
    this.finish();
    this.identities.clear();
    this.values.clear();
  }
}
