/** Writes the process table at every tick, as one compressed block of changes a minute. `archive` reads it. */
import { randomBytes } from "node:crypto";
import type Database from "better-sqlite3";
import type { ProcessDelta } from "~/domain/process";
import { isDamage } from "../file/integrity";
import { chunkChecksum } from "../series/chunk";
import type { BlockTick } from "./block-types";
import { MINUTE_MS, ProcessArchive, type StoredBlock } from "./process-archive";
import { type BlockLink, blockOf, encodeBlock, TickEncoder } from "./process-block";
import { DifferenceEncoder } from "./process-differences";
import { readTicks } from "./process-log";
import type { ProcessTable } from "./process-table";

/** The block after this number in a chain starts a new chain with the whole table; the ones between store changes only. */
const WHOLE_EVERY = 10;
/** Blocks kept in memory while the disk accepts no writes; beyond it the oldest are dropped. */
const MAX_WAITING = 60;

interface WaitingBlock extends StoredBlock {
  /** Epoch milliseconds of its last tick. */
  end: number;
  data: Buffer;
}

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
  readonly archive: ProcessArchive;
  private readonly write: Database.Transaction<(block: WaitingBlock) => void>;
  private readonly insert: Database.Statement;
  private damaged = 0;

  constructor(
    database: Database.Database,
    private readonly intervalMs = 1000,
  ) {
    this.insert = database.prepare("INSERT OR REPLACE INTO process_blocks (start, data, crc) VALUES (?, ?, ?)");
    const clearTicks = database.prepare("DELETE FROM process_ticks WHERE at >= ? AND at <= ?");
    this.write = database.transaction(({ start, end, data }) => {
      this.insert.run(start, data, chunkChecksum([start], data));
      clearTicks.run(start, end);
    });
    this.archive = new ProcessArchive(database, () => this.unwritten());
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
    return this.waiting.at(-1) ?? this.archive.lastBefore(at);
  }

  /** What is not in the database yet: blocks that wait, and the current one. */
  unwritten(): StoredBlock[] {
    const blocks: StoredBlock[] = this.waiting.map(({ start, block }) => ({ start, block }));
    if (this.ticks.length > 0) blocks.push({ start: this.start, block: blockOf(this.link, this.ticks) });
    return blocks;
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
    return this.archive.usage.step(now);
  }

  /** Writes one finished block; false when there is none. Throws SQLite's error and keeps the block. */
  flush(): boolean {
    const [block] = this.waiting;
    if (!block) return false;
    try {
      this.archive.usage.expect(block.start);
    } catch (error) {
      // Sums come and go; the block is what they are made of.
      if (!isDamage(error)) throw error;
    }
    try {
      this.write.immediate(block);
    } catch (error) {
      if (!isDamage(error)) throw error;
      // Its logged ticks stay: a transaction fails as a whole after a page that SQLite cannot read.
      this.insert.run(block.start, block.data, chunkChecksum([block.start], block.data));
    }
    this.waiting.shift();
    return true;
  }

  /** Writes all blocks, including the current one. */
  finish(): void {
    this.seal();
    while (this.flush());
  }

  /** Rows of the log that were damaged at the start. */
  get damagedRows(): number {
    return this.damaged;
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
}
