/** Logs each tick of the process table until its block is written: a crash loses at most the tick in flight. */
import type Database from "better-sqlite3";
import type { ProcessDelta } from "~/domain/process";
import { chunkChecksum } from "../series/chunk";
import type { BlockTick } from "./block-types";
import { TickEncoder } from "./process-block";

export interface LoggedTick {
  at: number;
  data: Buffer;
}

/** Used by the collector thread, inside the transaction that writes the sample. */
export class ProcessLogWriter {
  private readonly encoder = new TickEncoder();
  private readonly insert: Database.Statement;

  constructor(database: Database.Database) {
    this.insert = database.prepare("INSERT OR REPLACE INTO process_ticks (at, data, crc) VALUES (?, ?, ?)");
  }

  /** The next tick lists every process. */
  restart(): void {
    this.encoder.restart();
  }

  /** Call once per tick, in order: a process's identity is written only when it is new. */
  encode(delta: ProcessDelta): LoggedTick {
    return { at: delta.at, data: Buffer.from(JSON.stringify(this.encoder.encode(delta, delta.at))) };
  }

  write({ at, data }: LoggedTick): void {
    this.insert.run(at, data, chunkChecksum([at], data));
  }
}

/** Ticks that a killed server left, oldest first. One that was logged late may already be in a block. */
export function readTicks(database: Database.Database): { ticks: { at: number; tick: BlockTick }[]; damaged: number } {
  const rows = database.prepare("SELECT at, data, crc FROM process_ticks ORDER BY at").all() as (LoggedTick & { crc: number })[];
  const ticks: { at: number; tick: BlockTick }[] = [];
  let damaged = 0;
  for (const { at, data, crc } of rows) {
    if (chunkChecksum([at], data) === crc) ticks.push({ at, tick: JSON.parse(data.toString("utf8")) as BlockTick });
    else damaged++;
  }
  return { ticks, damaged };
}
