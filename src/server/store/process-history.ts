/** The process table at every past tick: one compressed block a minute, changes only. */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type Database from "better-sqlite3";
import type { Consumer, ProcessDelta, ProcessRow, ProcessState } from "~/domain/process";
import { chunkChecksum } from "./chunk";
import type { ProcessTable } from "./processes";

const MINUTE_MS = 60_000;
/** Every so many minutes a block begins with the whole table; the ones between tell only what is new. */
const WHOLE_EVERY = 10;
const VERSION = 1;
const MAX_WAITING = 10;
const MAX_INFLATED = 256 * 1024 * 1024;

/** What hardly changes, once a process: pid, startedAt, parentPid, name, command, user. */
type Identity = [pid: number, startedAt: number, parentPid: number, name: string, command: string, user: string];

/** What changes: pid, state, cpu in ten-thousandths, memory in KiB, virtual in KiB, threads, read, written. Null is "no reading". */
type Values = [number, ProcessState, number | null, number, number, number, number | null, number | null];

interface BlockTick {
  /** Milliseconds since the block's start. */
  t: number;
  stale: number;
  changed: Values[];
  identities: Identity[];
  exited: number[];
}

interface Block {
  v: number;
  whole: boolean;
  ticks: BlockTick[];
}

function identityOf(row: ProcessRow): Identity {
  return [row.pid, row.startedAt, row.parentPid, row.name, row.command, row.user];
}

function valuesOf(row: ProcessRow): Values {
  return [
    row.pid,
    row.state,
    row.cpu === null ? null : Math.round(row.cpu * 1e4),
    Math.round(row.memoryBytes / 1024),
    Math.round(row.virtualBytes / 1024),
    row.threads,
    row.readBytesPerSecond,
    row.writeBytesPerSecond,
  ];
}

function rowOf([pid, startedAt, parentPid, name, command, user]: Identity, values: Values): ProcessRow {
  const [, state, cpu, memory, virtual, threads, read, written] = values;
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
  };
}

/** The table at one past tick. */
export interface ProcessesAt {
  /** Epoch milliseconds of the tick that is shown: the last one at or before the moment asked for. */
  at: number;
  staleMs: number;
  rows: ProcessRow[];
}

/** How long before a moment a tick may lie and still be that moment's. */
const REACH_MS = 120_000;

/** A longer hole between ticks is a pause: nobody was seen to work in it. */
const MAX_TICK_SECONDS = 60;

function addUsage(found: Map<string, Consumer>, row: ProcessRow, seconds: number): void {
  const key = `${row.pid} ${row.startedAt}`;
  let consumer = found.get(key);
  if (!consumer) {
    const { pid, startedAt, parentPid, name, command, user, state, memoryBytes } = row;
    consumer = {
      pid,
      startedAt,
      parentPid,
      name,
      command,
      user,
      state,
      seconds: 0,
      cpuSeconds: 0,
      memoryBytes,
      peakMemoryBytes: 0,
      readBytes: 0,
      writtenBytes: 0,
    };
    found.set(key, consumer);
  }
  consumer.state = row.state;
  consumer.seconds += seconds;
  consumer.cpuSeconds += (row.cpu ?? 0) * seconds;
  consumer.memoryBytes = row.memoryBytes;
  consumer.peakMemoryBytes = Math.max(consumer.peakMemoryBytes, row.memoryBytes);
  consumer.readBytes += (row.readBytesPerSecond ?? 0) * seconds;
  consumer.writtenBytes += (row.writeBytesPerSecond ?? 0) * seconds;
}

class Replay {
  private readonly identities = new Map<number, Identity>();
  private readonly values = new Map<number, Values>();
  at = Number.NEGATIVE_INFINITY;
  staleMs = 0;

  /** Applies the ticks of a block up to a moment; `onTick` hears of each after it. */
  apply(start: number, block: Block, until: number, onTick?: (at: number) => void): void {
    for (const [index, tick] of block.ticks.entries()) {
      const at = start + tick.t;
      if (at > until) return;
      if (block.whole && index === 0) {
        this.identities.clear();
        this.values.clear();
      }
      for (const pid of tick.exited) {
        this.identities.delete(pid);
        this.values.delete(pid);
      }
      for (const identity of tick.identities) this.identities.set(identity[0], identity);
      for (const values of tick.changed) this.values.set(values[0], values);
      this.at = at;
      this.staleMs = tick.stale;
      onTick?.(at);
    }
  }

  rows(): ProcessRow[] {
    return [...this.values].flatMap(([pid, values]) => {
      const identity = this.identities.get(pid);
      return identity ? [rowOf(identity, values)] : [];
    });
  }
}

export class ProcessHistory {
  private minute: number | undefined;
  private ticks: BlockTick[] = [];
  private whole = true;
  private minutesSinceWhole = 0;
  private readonly known = new Map<number, string>();
  private readonly waiting: { start: number; data: Buffer }[] = [];
  private readonly insert: Database.Statement;
  private readonly select: Database.Statement;
  damaged = 0;

  constructor(database: Database.Database) {
    this.insert = database.prepare("INSERT OR REPLACE INTO process_blocks (start, data, crc) VALUES (?, ?, ?)");
    this.select = database.prepare(
      "SELECT start, data, crc FROM process_blocks WHERE start <= ? AND start > ? ORDER BY start DESC",
    );
  }

  /** Takes in a tick; `table` is the table after it. */
  add(delta: ProcessDelta, table: ProcessTable): void {
    const minute = Math.floor(delta.at / MINUTE_MS) * MINUTE_MS;
    if (this.minute !== undefined && minute !== this.minute) {
      // After a pause nothing is known of what happened between: the next block stands by itself.
      const gap = minute !== this.minute + MINUTE_MS;
      this.seal();
      this.whole = gap || this.minutesSinceWhole >= WHOLE_EVERY;
      if (this.whole) this.minutesSinceWhole = 0;
    }
    const begins = this.ticks.length === 0 && this.whole;
    this.minute = minute;
    if (begins) this.known.clear();
    const changed = begins ? [...table.all()] : delta.changed;
    const identities: Identity[] = [];
    for (const row of changed) {
      const identity = identityOf(row);
      const key = identity.join("\0");
      if (this.known.get(row.pid) === key) continue;
      this.known.set(row.pid, key);
      identities.push(identity);
    }
    for (const pid of delta.exited) this.known.delete(pid);
    this.ticks.push({
      t: delta.at - minute,
      stale: delta.staleMs,
      changed: changed.map(valuesOf),
      identities,
      exited: delta.exited,
    });
  }

  /** Writes one finished block; false when none waits. Throws what SQLite says, and keeps the block. */
  flush(): boolean {
    const [block] = this.waiting;
    if (!block) return false;
    this.insert.run(block.start, block.data, chunkChecksum([block.start], block.data));
    this.waiting.shift();
    return true;
  }

  /** Writes everything, the running minute too. */
  finish(): void {
    if (this.ticks.length > 0) this.seal();
    while (this.flush());
  }

  at(moment: number): ProcessesAt | null {
    const replay = new Replay();
    for (const { start, block } of this.blocksUntil(moment, moment)) replay.apply(start, block, moment);
    if (moment - replay.at > REACH_MS) return null;
    return { at: replay.at, staleMs: replay.staleMs, rows: replay.rows() };
  }

  /** What each process used in (from, to]. Costs a pass over every tick of the range. */
  consumers(from: number, to: number): Consumer[] {
    const found = new Map<string, Consumer>();
    const replay = new Replay();
    let previous = from;
    const onTick = (at: number) => {
      if (at > from) {
        const seconds = Math.min((at - previous) / 1000, MAX_TICK_SECONDS);
        for (const row of replay.rows()) addUsage(found, row, seconds);
      }
      previous = Math.max(previous, at);
    };
    for (const { start, block } of this.blocksUntil(from, to)) replay.apply(start, block, to, onTick);
    return [...found.values()];
  }

  /** Blocks from the last whole one at or before `from`, up to `to`, oldest first. */
  private blocksUntil(from: number, to: number): { start: number; block: Block }[] {
    const rows = this.select.all(to, from - (WHOLE_EVERY + 2) * MINUTE_MS) as { start: number; data: Buffer; crc: number }[];
    const blocks: { start: number; block: Block }[] = [];
    for (const row of rows) {
      const block = this.read(row);
      if (!block) break;
      blocks.unshift({ start: row.start, block });
      if (block.whole && row.start <= from) break;
    }
    for (const { start, data } of this.waiting) {
      const block = this.parse(data);
      if (block && start <= to) blocks.push({ start, block });
    }
    if (this.minute !== undefined && this.minute <= to) {
      blocks.push({ start: this.minute, block: { v: VERSION, whole: this.whole, ticks: this.ticks } });
    }
    const beginning = blocks.findLastIndex(({ start, block }) => block.whole && start <= from);
    const first = beginning >= 0 ? beginning : blocks.findIndex(({ block }) => block.whole);
    return first < 0 ? [] : blocks.slice(first);
  }

  private seal(): void {
    if (this.minute === undefined) return;
    const block: Block = { v: VERSION, whole: this.whole, ticks: this.ticks };
    this.waiting.push({ start: this.minute, data: deflateRawSync(JSON.stringify(block)) });
    if (this.waiting.length > MAX_WAITING) this.waiting.shift();
    this.ticks = [];
    this.whole = false;
    this.minutesSinceWhole++;
  }

  private read({ start, data, crc }: { start: number; data: Buffer; crc: number }): Block | null {
    const block = chunkChecksum([start], data) === crc ? this.parse(data) : null;
    if (!block) this.damaged++;
    return block;
  }

  private parse(data: Buffer): Block | null {
    try {
      const block = JSON.parse(inflateRawSync(data, { maxOutputLength: MAX_INFLATED }).toString("utf8")) as Block;
      return block.v === VERSION ? block : null;
    } catch {
      return null;
    }
  }
}
