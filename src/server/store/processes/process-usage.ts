/** What processes used in each whole hour, summed once when the hour is over. */
import type Database from "better-sqlite3";
import type { Consumer } from "~/domain/process";
import { chunkChecksum } from "../series/chunk";
import { HOUR_MS } from "../series/tiers";
import { decodeUsage, encodeUsage } from "./process-tally";

/** Time for the hour's last blocks to be written. */
const GRACE_MS = 180_000;
const LOOK_EVERY_MS = 10_000;
/** A block takes a millisecond with a thousand processes. */
const BLOCKS_A_SLICE = 5;

type TalliedRange = (from: number, to: number) => Generator<undefined, Consumer[]>;

export class ProcessUsage {
  private readonly insert: Database.Statement;
  private readonly select: Database.Statement;
  private readonly remove: Database.Statement;
  private readonly firstBlock: Database.Statement;
  private readonly exists: Database.Statement;
  private readonly between: Database.Statement;
  private work: { hour: number; tally: Generator<undefined, Consumer[]> } | undefined;
  /** Hours before this one are summed, or have no blocks. */
  private next = 0;
  private lookAt = 0;
  damaged = 0;

  constructor(
    database: Database.Database,
    private readonly tallied: TalliedRange,
  ) {
    this.insert = database.prepare("INSERT OR REPLACE INTO process_usage (start, data, crc) VALUES (?, ?, ?)");
    this.select = database.prepare("SELECT data, crc FROM process_usage WHERE start = ?");
    this.exists = database.prepare("SELECT 1 FROM process_usage WHERE start = ?").pluck();
    this.between = database.prepare("SELECT start FROM process_usage WHERE start >= ? AND start <= ? ORDER BY start").pluck();
    this.remove = database.prepare("DELETE FROM process_usage WHERE start > ?");
    this.firstBlock = database.prepare("SELECT min(start) FROM process_blocks WHERE start >= ?").pluck();
  }

  /** The hours with a stored sum whose start is in [from, to], oldest first. */
  hours(from: number, to: number): number[] {
    return this.between.all(from, to) as number[];
  }

  /** Null when the hour is not summed yet, deleted or damaged. */
  read(hour: number): Consumer[] | null {
    const row = this.select.get(hour) as { data: Buffer; crc: number } | undefined;
    if (!row) return null;
    const consumers = chunkChecksum([hour], row.data) === row.crc ? decodeUsage(row.data) : null;
    if (!consumers) this.damaged++;
    return consumers;
  }

  /** The clock was set back: deletes the sums of hours that end after `at`, to sum them again later. */
  forgetFrom(at: number): void {
    this.work = undefined;
    this.next = Math.min(this.next, Math.floor(at / HOUR_MS) * HOUR_MS);
    this.remove.run(at - HOUR_MS);
  }

  /** Sums a few blocks of the oldest missing hour; false when there is nothing to do. */
  step(now: number): boolean {
    if (!this.work) {
      if (now < this.lookAt) return false;
      const hour = this.missingHour();
      if (hour === null || now < hour + HOUR_MS + GRACE_MS) {
        this.lookAt = now + LOOK_EVERY_MS;
        return false;
      }
      this.work = { hour, tally: this.tallied(hour, hour + HOUR_MS) };
    }
    const { hour, tally } = this.work;
    for (let block = 0; block < BLOCKS_A_SLICE; block++) {
      const { done, value } = tally.next();
      if (!done) continue;
      // Before the write: if it fails, the hour is summed again.
      this.work = undefined;
      const data = encodeUsage(value);
      this.insert.run(hour, data, chunkChecksum([hour], data));
      this.next = hour + HOUR_MS;
      break;
    }
    return true;
  }

  private missingHour(): number | null {
    for (;;) {
      const start = this.firstBlock.get(this.next) as number | null;
      if (start === null) return null;
      const hour = Math.floor(start / HOUR_MS) * HOUR_MS;
      if (this.exists.get(hour) === undefined) return hour;
      this.next = hour + HOUR_MS;
    }
  }
}
