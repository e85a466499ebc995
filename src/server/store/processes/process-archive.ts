/** Reads the stored process table: at a moment, over time, and what each process used. Blocks still in memory are given to it. */
import type Database from "better-sqlite3";
import type { Consumer, ProcessRow } from "~/domain/process";
import { firstReadable, isDamage } from "../file/integrity";
import { chunkChecksum } from "../series/chunk";
import type { ProcessBlock } from "./block-types";
import { BlockReplay, continuesChain, decodeBlock } from "./process-block";
import { Consumers, Tally } from "./process-tally";
import { ProcessUsage, type UsageTable } from "./process-usage";

export const MINUTE_MS = 60_000;
/** Blocks to read back to find a chain's start. More than its usual length, because a start after a crash extends the chain. */
const LONGEST_CHAIN = 40;
/** Rows per query, so that no statement stays open while other work runs. */
const BLOCKS_A_READ = 16;
/** Maximum age of the tick that answers for a moment; two intervals where those are longer. */
const REACH_MS = 120_000;

/** The table at one past tick. */
export interface ProcessesAt {
  /** Epoch milliseconds of the last tick at or before the requested moment. */
  at: number;
  staleMs: number;
  rows: ProcessRow[];
}

/** Epoch milliseconds. */
export interface TimeSpan {
  from: number;
  to: number;
}

export interface StoredBlock {
  start: number;
  block: ProcessBlock;
}

type BlockRow = { start: number; data: Buffer; crc: number };

export class ProcessArchive {
  readonly usage: ProcessUsage;
  private readonly first: Database.Statement;
  private readonly last: Database.Statement;
  private readonly before: Database.Statement;
  private readonly after: Database.Statement;
  private damaged = 0;
  /** The oldest block, and the oldest table that it leads to. */
  private firstKnown: { oldest: number; table: number | null } | null = null;

  /** `unwritten` are the blocks that are not in the database yet, in any order. */
  constructor(
    database: Database.Database,
    private readonly unwritten: () => readonly StoredBlock[],
  ) {
    const blocks = "SELECT start, data, crc FROM process_blocks WHERE start";
    this.first = database.prepare("SELECT min(start) FROM process_blocks WHERE start >= ?").pluck();
    this.before = database.prepare(`${blocks} <= ? ORDER BY start DESC LIMIT ${LONGEST_CHAIN}`);
    this.last = database.prepare("SELECT max(start) FROM process_blocks").pluck();
    this.after = database.prepare(`${blocks} > ? AND start <= ? ORDER BY start LIMIT ${BLOCKS_A_READ}`);
    this.usage = new ProcessUsage(database, {
      tallied: (from, to) => this.tallied(from, to),
      hourly: (from, to) => this.hourly(from, to),
    });
  }

  get damagedRows(): number {
    return this.damaged + this.usage.damaged;
  }

  /** Blocks that are not in the database. */
  unwrittenBlocks(): readonly StoredBlock[] {
    return this.unwritten();
  }

  /** Time of the oldest block; null before the first tick. */
  since(): number | null {
    const stored = firstReadable(this.first, 0);
    const memory = this.unwritten().map(({ start }) => start);
    return stored ?? (memory.length > 0 ? Math.min(...memory) : null);
  }

  /** Time of the oldest table that can be read. Retention may have cut off the start of a chain: the rest of it cannot be. */
  firstTable(): number | null {
    const oldest = this.since();
    if (oldest === null) return null;
    if (this.firstKnown?.oldest !== oldest) this.firstKnown = { oldest, table: this.firstWhole(oldest) };
    return this.firstKnown.table;
  }

  /** Start of the first block that begins a chain. */
  private firstWhole(oldest: number): number | null {
    let seen = 0;
    for (const { start, block } of this.everyBlock(oldest, Number.MAX_SAFE_INTEGER)) {
      if (continuesChain(block, undefined)) return start;
      if (++seen > LONGEST_CHAIN) break;
    }
    return null;
  }

  /** The part of a range that has ticks; empty when there are none. No loop has to run over time beyond it. */
  within({ from, to }: TimeSpan): TimeSpan {
    const oldest = this.since();
    if (oldest === null) return { from, to: from };
    const lastStored = (this.last.get() as number | null) ?? oldest;
    const ends = this.unwritten().map(({ start, block }) => start + (block.ticks.at(-1)?.t ?? 0));
    const newest = Math.max(lastStored + MINUTE_MS, ...ends);
    return { from: Math.max(from, oldest - 1), to: Math.min(to, newest) };
  }

  /** The last stored block that starts at or before a moment, and the time of its last tick. */
  lastBefore(at: number): { block: ProcessBlock; end: number } | null {
    const row = this.before.get(at) as BlockRow | undefined;
    const block = row && this.read(row);
    return block ? { block, end: row.start + (block.ticks.at(-1)?.t ?? 0) } : null;
  }

  at(moment: number): ProcessesAt | null {
    const replay = new BlockReplay();
    for (const { start, block } of this.blocks(moment, moment)) replay.apply(start, block, moment);
    if (moment - replay.at > Math.max(REACH_MS, 2 * replay.everyMs)) return null;
    return { at: replay.at, staleMs: replay.staleMs, rows: replay.rows() };
  }

  /**
   * What each process used in (from, to]: whole days and hours from stored sums, the rest from the ticks. Of whole days, the processes
   * that used little are told by program, in rows without a pid. In slices.
   */
  *consumers(range: TimeSpan): Generator<undefined, Consumer[]> {
    const { from, to } = this.within(range);
    return yield* this.summed(from, to, this.usage.days, (begin, end) => this.hourly(begin, end));
  }

  /** Each process by itself, from the sums of hours and the ticks. */
  private hourly(from: number, to: number): Generator<undefined, Consumer[]> {
    return this.summed(from, to, this.usage.hours, (begin, end) => this.tallied(begin, end));
  }

  /** Adds up the stored sums of a range, and between them what `between` finds. */
  private *summed(
    from: number,
    to: number,
    stored: UsageTable,
    between: (from: number, to: number) => Generator<undefined, Consumer[]>,
  ): Generator<undefined, Consumer[]> {
    const starts = stored.within(from, to);
    if (starts.length === 0) return from < to ? yield* between(from, to) : [];
    const sums = new Consumers();
    let done = from;
    for (const start of starts) {
      const found = stored.read(start);
      yield;
      if (!found) continue;
      if (done < start) for (const one of yield* between(done, start)) sums.add(one);
      for (const one of found) sums.add(one);
      done = start + stored.spanMs;
    }
    if (done < to) for (const one of yield* between(done, to)) sums.add(one);
    return sums.all();
  }

  /** The table at each step of [from, to) that has a tick newer than the step before; undefined after each slice of work. */
  *tables({ from, to }: TimeSpan, stepMs: number): Generator<ProcessesAt | undefined> {
    const replay = new BlockReplay();
    const stepOf = (at: number) => Math.ceil((at - from) / stepMs);
    /** The table after the last tick of a step, until a tick of the next step shows that it was the last. */
    let held: ProcessesAt | undefined;
    for (const { start, block } of this.blocks(from, this.within({ from, to }).to)) {
      yield undefined;
      const found: ProcessesAt[] = [];
      const times = block.ticks.map(({ t }) => start + t);
      let read = 0;
      replay.eachTick(start, block, to, (at) => {
        const next = times[++read];
        if (at < from || from + stepOf(at) * stepMs >= to || (held && at <= held.at)) return;
        if (held && stepOf(held.at) !== stepOf(at)) found.push(held);
        const isLast = next === undefined || next > to || stepOf(next) !== stepOf(at);
        held = isLast ? { at, staleMs: replay.staleMs, rows: replay.rows() } : undefined;
      });
      yield* found;
    }
    if (held) yield held;
  }

  /** What each process used in (from, to], summed from every tick. Yields after each block. */
  private *tallied(from: number, to: number): Generator<undefined, Consumer[]> {
    const tally = new Tally(from);
    const replay = new BlockReplay(tally);
    for (const { start, block } of this.blocks(from, to)) {
      replay.apply(start, block, to);
      yield;
    }
    replay.finish();
    return tally.all();
  }

  /**
   * Blocks up to `to`, oldest first, starting early enough to rebuild the table at `from`. After a broken link, skips to the next
   * chain.
   */
  *blocks(from: number, to: number): Generator<StoredBlock> {
    let last: ProcessBlock | undefined;
    for (const one of this.everyBlock(from, to)) {
      if (!continuesChain(one.block, last)) continue;
      last = one.block;
      yield one;
    }
  }

  /** All blocks in time order, stored and in memory, including those whose chain is broken. */
  private *everyBlock(from: number, to: number): Generator<StoredBlock> {
    const memory = this.unwritten().filter(({ start }) => start <= to);
    // After the clock was set back, newer blocks have older times.
    memory.sort((a, b) => a.start - b.start);
    for (const one of this.storedBlocks(from, to)) {
      while (memory[0] && memory[0].start < one.start) yield memory.shift() as StoredBlock;
      if (memory[0]?.start !== one.start) yield one;
    }
    yield* memory;
  }

  private *storedBlocks(from: number, to: number): Generator<StoredBlock> {
    const beginning: StoredBlock[] = [];
    for (const row of this.readable(this.before.iterate(from))) {
      const block = this.read(row);
      if (!block) break;
      beginning.unshift({ start: row.start, block });
      if (block.n === 0) break;
    }
    yield* beginning;
    let pastDamage = MINUTE_MS;
    for (let last = from; last < to; ) {
      const found = this.damaged;
      const page = [...this.readable(this.after.iterate(last, to))];
      for (const row of page) {
        const block = this.read(row);
        if (block) yield { start: row.start, block };
        last = row.start;
      }
      if (page.length > 0) pastDamage = MINUTE_MS;
      else if (this.damaged === found) return;
      else {
        last += pastDamage;
        pastDamage *= 2;
      }
    }
  }

  /** The rows before a page that SQLite cannot read. */
  private *readable(rows: Iterable<unknown>): Generator<BlockRow> {
    try {
      yield* rows as Iterable<BlockRow>;
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.damaged++;
    }
  }

  private read({ start, data, crc }: BlockRow): ProcessBlock | null {
    const block = chunkChecksum([start], data) === crc ? decodeBlock(data) : null;
    if (!block) this.damaged++;
    return block;
  }
}
