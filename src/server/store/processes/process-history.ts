/** The process table at every past tick: one compressed block a minute, changes only. */
import { randomBytes } from "node:crypto";
import type Database from "better-sqlite3";
import type { Consumer, ProcessDelta, ProcessRow } from "~/domain/process";
import { chunkChecksum } from "../series/chunk";
import { HOUR_MS } from "../series/tiers";
import type { BlockTick, ProcessBlock } from "./block-types";
import { type BlockLink, BlockReplay, blockOf, decodeBlock, encodeBlock, follows, TickEncoder } from "./process-block";
import { DifferenceEncoder } from "./process-differences";
import { readTicks } from "./process-log";
import type { ProcessTable } from "./process-table";
import { Consumers, Tally } from "./process-tally";
import { ProcessUsage } from "./process-usage";

const MINUTE_MS = 60_000;
/** Every so many minutes a block begins with the whole table; the ones between tell only what is new. */
const WHOLE_EVERY = 10;
/** With the blocks that a start takes over from a server that was killed. */
const LONGEST_CHAIN = 40;
/** Minutes that wait for a disk that takes nothing; the oldest go first. */
const MAX_WAITING = 60;
/** Read at once, so that no long statement is open while others are asked. */
const BLOCKS_A_READ = 16;

/** The table at one past tick. */
export interface ProcessesAt {
  /** Epoch milliseconds of the tick that is shown: the last one at or before the moment asked for. */
  at: number;
  staleMs: number;
  rows: ProcessRow[];
}

/** How long before a moment a tick may lie and still be that moment's. */
const REACH_MS = 120_000;

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
  /** Of the running block. */
  private start = 0;
  private lastAt: number | undefined;
  private link: BlockLink = { chain: "", n: 0 };
  private readonly waiting: WaitingBlock[] = [];
  readonly usage: ProcessUsage;
  private readonly first: Database.Statement;
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
    this.after = database.prepare(`${blocks} > ? AND start <= ? ORDER BY start LIMIT ${BLOCKS_A_READ}`);
    this.write = database.transaction(({ start, end, data }) => {
      insert.run(start, data, chunkChecksum([start], data));
      clearTicks.run(start, end);
    });
    this.usage = new ProcessUsage(database, (from, to) => this.tallied(from, to));
  }

  /** Takes over the ticks that a server before this one had logged and not yet put into a block. */
  recover(database: Database.Database): void {
    const logged = readTicks(database);
    this.damaged += logged.damaged;
    const minutes = Map.groupBy(logged.ticks, ({ at }) => Math.floor(at / MINUTE_MS));
    for (const ticks of minutes.values()) {
      const before = this.lastBefore(ticks[0]?.at ?? 0);
      // A tick that was logged late may be in a block already.
      const rest = ticks.filter(({ at }) => at > (before?.end ?? 0));
      const [first] = rest;
      if (!first) continue;
      this.link = first.tick.all || !before ? newChain() : { chain: before.block.chain, n: before.block.n + 1 };
      const moved = rest.map(({ at, tick }) => ({ ...tick, t: at - first.at }));
      this.queue(first.at, moved);
    }
    // What comes after a pause of unknown length stands by itself.
    this.encoder.restart();
  }

  private lastBefore(at: number): Pick<WaitingBlock, "block" | "end"> | null {
    const waiting = this.waiting.at(-1);
    if (waiting) return waiting;
    const [row] = this.before.all(at) as BlockRow[];
    const block = row && this.read(row);
    return block ? { block, end: row.start + (block.ticks.at(-1)?.t ?? 0) } : null;
  }

  /** The next tick lists every process: those that are not in it are gone. */
  restart(): void {
    this.encoder.restart();
  }

  /** Takes in a tick; `table` is the table after it. */
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

  /** A slice of an hour's sums; false when there is nothing to do. */
  sumUp(now: number): boolean {
    return this.usage.step(now);
  }

  /** Writes one finished block; false when none waits. Throws what SQLite says, and keeps the block. */
  flush(): boolean {
    const [block] = this.waiting;
    if (!block) return false;
    this.write.immediate(block);
    this.waiting.shift();
    return true;
  }

  /** Writes everything, the running minute too. */
  finish(): void {
    this.seal();
    while (this.flush());
  }

  get damagedRows(): number {
    return this.damaged + this.usage.damaged;
  }

  /** Time of the oldest block, null before the first minute is over. */
  since(): number | null {
    const stored = this.first.get() as number | null;
    return stored ?? this.waiting[0]?.start ?? (this.ticks.length > 0 ? this.start : null);
  }

  at(moment: number): ProcessesAt | null {
    const replay = new BlockReplay();
    for (const { start, block } of this.blocks(moment, moment)) replay.apply(start, block, moment);
    if (moment - replay.at > Math.max(REACH_MS, 2 * replay.everyMs)) return null;
    return { at: replay.at, staleMs: replay.staleMs, rows: replay.rows() };
  }

  /** What each process used in (from, to]: whole hours from their sums, the rest from the ticks. */
  consumers(from: number, to: number): Consumer[] {
    const sums = new Consumers();
    let exactFrom = from;
    for (let hour = Math.ceil(from / HOUR_MS) * HOUR_MS; hour + HOUR_MS <= to; hour += HOUR_MS) {
      const stored = this.usage.read(hour);
      if (!stored) continue;
      if (exactFrom < hour) for (const one of this.exact(exactFrom, hour)) sums.add(one);
      for (const one of stored) sums.add(one);
      exactFrom = hour + HOUR_MS;
    }
    if (exactFrom < to) for (const one of this.exact(exactFrom, to)) sums.add(one);
    return sums.all();
  }

  /** What each process used in (from, to], by a pass over every tick. */
  private exact(from: number, to: number): Consumer[] {
    const tally = this.tallied(from, to);
    for (let step = tally.next(); ; step = tally.next()) if (step.done) return step.value;
  }

  /** The same in slices of one block each. */
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

  /** Blocks up to `to`, oldest first, beginning early enough to know the table at `from`. A chain that is broken goes on with the next. */
  *blocks(from: number, to: number): Generator<StoredBlock> {
    let last: ProcessBlock | undefined;
    for (const one of this.everyBlock(from, to)) {
      if (!follows(one.block, last)) continue;
      last = one.block;
      yield one;
    }
  }

  /** The same in the order of time, with those that belong to no chain. */
  private *everyBlock(from: number, to: number): Generator<StoredBlock> {
    const memory: StoredBlock[] = this.waiting.filter(({ start }) => start <= to);
    if (this.ticks.length > 0 && this.start <= to) memory.push({ start: this.start, block: blockOf(this.link, this.ticks) });
    // A clock that was set back leaves newer blocks with older times.
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
    // What is lost is missing to those after it: the next one stands by itself.
    this.encoder.restart();
  }

  private read({ start, data, crc }: BlockRow): ProcessBlock | null {
    const block = chunkChecksum([start], data) === crc ? decodeBlock(data) : null;
    if (!block) this.damaged++;
    return block;
  }
}
