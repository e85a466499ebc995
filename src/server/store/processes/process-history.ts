/** The process table at every past tick, stored as one compressed block of changes a minute. */
import { randomBytes } from "node:crypto";
import type Database from "better-sqlite3";
import type { Consumer, ProcessDelta, ProcessRow } from "~/domain/process";
import { chunkChecksum } from "../series/chunk";
import { HOUR_MS } from "../series/tiers";
import type { BlockTick, ProcessBlock } from "./block-types";
import { type BlockLink, BlockReplay, blockOf, continuesChain, decodeBlock, encodeBlock, TickEncoder } from "./process-block";
import { DifferenceEncoder } from "./process-differences";
import { readTicks } from "./process-log";
import type { ProcessTable } from "./process-table";
import { Consumers, Tally } from "./process-tally";
import { ProcessUsage } from "./process-usage";

const MINUTE_MS = 60_000;
/** The block after this number in a chain starts a new chain with the whole table; the ones between store changes only. */
const WHOLE_EVERY = 10;
/** Blocks to read back to find a chain's start. More than WHOLE_EVERY, because a start after a crash extends the chain. */
const LONGEST_CHAIN = 40;
/** Blocks kept in memory while the disk accepts no writes; beyond it the oldest are dropped. */
const MAX_WAITING = 60;
/** Rows per query, so that no statement stays open while other work runs. */
const BLOCKS_A_READ = 16;

/** The table at one past tick. */
export interface ProcessesAt {
  /** Epoch milliseconds of the last tick at or before the requested moment. */
  at: number;
  staleMs: number;
  rows: ProcessRow[];
}

/** Maximum age of the tick that answers for a moment; two intervals where those are longer. */
const REACH_MS = 120_000;

/** Epoch milliseconds. */
interface TimeSpan {
  from: number;
  to: number;
}

interface StoredBlock {
  start: number;
  block: ProcessBlock;
}

interface WaitingBlock extends StoredBlock {
  /** Epoch milliseconds of its last tick. */
  end: number;
  data: Buffer;
}

type BlockRow = { start: number; data: Buffer; crc: number };

function newChain(): BlockLink {
  return { chain: randomBytes(4).toString("hex"), n: 0 };
}

export class ProcessHistory {
  private readonly encoder = new TickEncoder();
  private readonly differences = new DifferenceEncoder();
  private ticks: BlockTick[] = [];
  /** Start of the current block. */
  private start = 0;
  private lastAt: number | undefined;
  private link: BlockLink = { chain: "", n: 0 };
  private readonly waiting: WaitingBlock[] = [];
  readonly usage: ProcessUsage;
  private readonly first: Database.Statement;
  private readonly last: Database.Statement;
  private readonly before: Database.Statement;
  private readonly after: Database.Statement;
  private readonly write: Database.Transaction<(block: WaitingBlock) => void>;
  damaged = 0;

  constructor(
    database: Database.Database,
    private readonly intervalMs = 1000,
  ) {
    const insert = database.prepare("INSERT OR REPLACE INTO process_blocks (start, data, crc) VALUES (?, ?, ?)");
    const clearTicks = database.prepare("DELETE FROM process_ticks WHERE at >= ? AND at <= ?");
    const blocks = "SELECT start, data, crc FROM process_blocks WHERE start";
    this.first = database.prepare("SELECT min(start) FROM process_blocks").pluck();
    this.before = database.prepare(`${blocks} <= ? ORDER BY start DESC LIMIT ${LONGEST_CHAIN}`);
    this.last = database.prepare("SELECT max(start) FROM process_blocks").pluck();
    this.after = database.prepare(`${blocks} > ? AND start <= ? ORDER BY start LIMIT ${BLOCKS_A_READ}`);
    this.write = database.transaction(({ start, end, data }) => {
      insert.run(start, data, chunkChecksum([start], data));
      clearTicks.run(start, end);
    });
    this.usage = new ProcessUsage(database, (from, to) => this.tallied(from, to));
  }

  /** Puts the ticks into blocks that a killed server had only logged. */
  recover(database: Database.Database): void {
    const logged = readTicks(database);
    this.damaged += logged.damaged;
    const minutes = Map.groupBy(logged.ticks, ({ at }) => Math.floor(at / MINUTE_MS));
    for (const ticks of minutes.values()) {
      const before = this.lastBefore(ticks[0]?.at ?? 0);
      // A tick that was logged late may already be in a block.
      const rest = ticks.filter(({ at }) => at > (before?.end ?? 0));
      const [first] = rest;
      if (!first) continue;
      this.link = first.tick.all || !before ? newChain() : { chain: before.block.chain, n: before.block.n + 1 };
      const moved = rest.map(({ at, tick }) => ({ ...tick, t: at - first.at }));
      this.queue(first.at, moved);
    }
    // The pause has an unknown length: start a new chain.
    this.encoder.restart();
  }

  private lastBefore(at: number): Pick<WaitingBlock, "block" | "end"> | null {
    const waiting = this.waiting.at(-1);
    if (waiting) return waiting;
    const [row] = this.before.all(at) as BlockRow[];
    const block = row && this.read(row);
    return block ? { block, end: row.start + (block.ticks.at(-1)?.t ?? 0) } : null;
  }

  /** The next tick lists every process; processes missing from it have exited. */
  restart(): void {
    this.encoder.restart();
  }

  /** Adds a tick; `table` is the process table after it. */
  add(delta: ProcessDelta, table: ProcessTable): void {
    const { at } = delta;
    const pause = Math.max(2 * MINUTE_MS, 2 * this.intervalMs);
    const gone = this.lastAt !== undefined && (at <= this.lastAt || at > this.lastAt + pause);
    const minute = Math.floor(at / MINUTE_MS);
    if (this.ticks.length > 0 && (gone || minute !== Math.floor(this.start / MINUTE_MS))) {
      this.seal();
      if (gone || this.link.n >= WHOLE_EVERY) this.encoder.restart();
    }
    if (this.lastAt !== undefined && at <= this.lastAt) this.usage.forgetFrom(at);
    this.lastAt = at;
    if (this.ticks.length === 0) {
      this.start = at;
      this.link = this.encoder.startsAnew ? newChain() : { ...this.link, n: this.link.n + 1 };
      if (this.intervalMs > 1000) this.link.every = this.intervalMs;
    }
    const tick = this.encoder.encode(delta, this.start, this.encoder.startsAnew ? table.all() : delta.changed);
    this.ticks.push(this.differences.encode(tick));
  }

  /** Does a slice of summing up an hour; false when there is nothing to do. */
  sumUp(now: number): boolean {
    return this.usage.step(now);
  }

  /** Writes one finished block; false when there is none. Throws SQLite's error and keeps the block. */
  flush(): boolean {
    const [block] = this.waiting;
    if (!block) return false;
    this.write.immediate(block);
    this.waiting.shift();
    return true;
  }

  /** Writes all blocks, including the current one. */
  finish(): void {
    this.seal();
    while (this.flush());
  }

  get damagedRows(): number {
    return this.damaged + this.usage.damaged;
  }

  /** Time of the oldest block; null before the first tick. */
  since(): number | null {
    const stored = this.first.get() as number | null;
    return stored ?? this.waiting[0]?.start ?? (this.ticks.length > 0 ? this.start : null);
  }

  /** The part of a range that has ticks; empty when there are none. No loop has to run over time beyond it. */
  within({ from, to }: TimeSpan): TimeSpan {
    const oldest = this.since();
    if (oldest === null) return { from, to: from };
    const lastStored = (this.last.get() as number | null) ?? oldest;
    const newest = Math.max(lastStored + MINUTE_MS, this.lastAt ?? 0);
    return { from: Math.max(from, oldest - 1), to: Math.min(to, newest) };
  }

  at(moment: number): ProcessesAt | null {
    const replay = new BlockReplay();
    for (const { start, block } of this.blocks(moment, moment)) replay.apply(start, block, moment);
    if (moment - replay.at > Math.max(REACH_MS, 2 * replay.everyMs)) return null;
    return { at: replay.at, staleMs: replay.staleMs, rows: replay.rows() };
  }

  /** What each process used in (from, to]: whole hours from stored sums, the rest from the ticks. In slices. */
  *consumers(range: TimeSpan): Generator<undefined, Consumer[]> {
    const { from, to } = this.within(range);
    const sums = new Consumers();
    let exactFrom = from;
    for (const hour of this.usage.hours(from, to - HOUR_MS)) {
      const stored = this.usage.read(hour);
      yield;
      if (!stored) continue;
      if (exactFrom < hour) for (const one of yield* this.tallied(exactFrom, hour)) sums.add(one);
      for (const one of stored) sums.add(one);
      exactFrom = hour + HOUR_MS;
    }
    if (exactFrom < to) for (const one of yield* this.tallied(exactFrom, to)) sums.add(one);
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
    const memory: StoredBlock[] = this.waiting.filter(({ start }) => start <= to);
    if (this.ticks.length > 0 && this.start <= to) memory.push({ start: this.start, block: blockOf(this.link, this.ticks) });
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
    const rows = this.before.all(from) as BlockRow[];
    for (const row of rows) {
      const block = this.read(row);
      if (!block) break;
      beginning.unshift({ start: row.start, block });
      if (block.n === 0) break;
    }
    yield* beginning;
    let last = from;
    for (let page = this.after.all(last, to) as BlockRow[]; page.length > 0; page = this.after.all(last, to) as BlockRow[]) {
      for (const row of page) {
        const block = this.read(row);
        if (block) yield { start: row.start, block };
        last = row.start;
      }
    }
  }

  private seal(): void {
    if (this.ticks.length === 0) return;
    this.queue(this.start, this.ticks);
    this.ticks = [];
  }

  private queue(start: number, ticks: BlockTick[]): void {
    const block = blockOf(this.link, ticks);
    this.waiting.push({ start, end: start + (ticks.at(-1)?.t ?? 0), block, data: encodeBlock(block) });
    if (this.waiting.length <= MAX_WAITING) return;
    this.waiting.shift();
    // Later blocks of the chain need the dropped one: start a new chain.
    this.encoder.restart();
  }

  private read({ start, data, crc }: BlockRow): ProcessBlock | null {
    const block = chunkChecksum([start], data) === crc ? decodeBlock(data) : null;
    if (!block) this.damaged++;
    return block;
  }
}
