/** What processes used in each whole hour, summed once when the hour is over, and in each whole day (UTC), made of its hours. */
import type Database from "better-sqlite3";
import type { Consumer } from "~/domain/process";
import { firstReadable } from "../file/integrity";
import { chunkChecksum } from "../series/chunk";
import { HOUR_MS } from "../series/tiers";
import { decodeUsage, encodeUsage, foldDay } from "./process-tally";

export const DAY_MS = 24 * HOUR_MS;
/** Time for the hour's last blocks to be written. */
const GRACE_MS = 180_000;
const LOOK_EVERY_MS = 10_000;
/** A block takes a millisecond with a thousand processes. */
const BLOCKS_A_SLICE = 5;

type Summed = Generator<undefined, Consumer[]>;
type TalliedRange = (from: number, to: number) => Summed;

/** The sums of one length of time. */
export class UsageTable {
  private readonly insert: Database.Statement;
  private readonly select: Database.Statement;
  private readonly remove: Database.Statement;
  private readonly selectOne: Database.Statement;
  private readonly select1st: Database.Statement;
  private readonly selectBetween: Database.Statement;
  damaged = 0;

  constructor(
    database: Database.Database,
    table: "process_usage" | "process_usage_days",
    readonly spanMs: number,
  ) {
    this.insert = database.prepare(`INSERT OR REPLACE INTO ${table} (start, data, crc) VALUES (?, ?, ?)`);
    this.select = database.prepare(`SELECT data, crc FROM ${table} WHERE start = ?`);
    this.selectOne = database.prepare(`SELECT 1 FROM ${table} WHERE start = ?`).pluck();
    this.select1st = database.prepare(`SELECT min(start) FROM ${table} WHERE start >= ?`).pluck();
    this.selectBetween = database.prepare(`SELECT start FROM ${table} WHERE start >= ? AND start <= ? ORDER BY start`).pluck();
    this.remove = database.prepare(`DELETE FROM ${table} WHERE start = ?`);
  }

  /** The starts of the sums that lie in [from, to] as a whole, oldest first. */
  within(from: number, to: number): number[] {
    return this.selectBetween.all(from, to - this.spanMs) as number[];
  }

  /** Null when it is not summed yet, deleted or damaged. */
  read(start: number): Consumer[] | null {
    const row = this.select.get(start) as { data: Buffer; crc: number } | undefined;
    if (!row) return null;
    const consumers = chunkChecksum([start], row.data) === row.crc ? decodeUsage(row.data) : null;
    if (!consumers) this.damaged++;
    return consumers;
  }

  write(start: number, consumers: readonly Consumer[]): void {
    const data = encodeUsage(consumers);
    this.insert.run(start, data, chunkChecksum([start], data));
  }

  has(start: number): boolean {
    return this.selectOne.get(start) !== undefined;
  }

  /** The oldest one at or after a moment. */
  first(from: number): number | null {
    return this.select1st.get(from) as number | null;
  }

  forget(start: number): void {
    this.remove.run(start);
  }
}

interface Work {
  table: UsageTable;
  start: number;
  sum: Summed;
  /** Slices of `sum` in one step. */
  pace: number;
}

export class ProcessUsage {
  readonly hours: UsageTable;
  readonly days: UsageTable;
  private readonly firstBlock: Database.Statement;
  private readonly anyBlock: Database.Statement;
  private work: Work | undefined;
  /** Hours before this one are summed, or have no blocks. */
  private nextHour = 0;
  /** Days before this one are summed, or have no hours. */
  private nextDay = 0;
  private lookAt = 0;
  /** Hours that had a sum and no blocks any more when a block came. */
  private readonly bare = new Set<number>();

  /** `tallied` sums up the ticks of an hour, `hourly` the hours of a day. */
  constructor(
    database: Database.Database,
    private readonly sums: { tallied: TalliedRange; hourly: TalliedRange },
  ) {
    this.hours = new UsageTable(database, "process_usage", HOUR_MS);
    this.days = new UsageTable(database, "process_usage_days", DAY_MS);
    this.anyBlock = database.prepare("SELECT 1 FROM process_blocks WHERE start >= ? AND start < ? LIMIT 1").pluck();
    this.firstBlock = database.prepare("SELECT min(start) FROM process_blocks WHERE start >= ?").pluck();
  }

  get damaged(): number {
    return this.hours.damaged + this.days.damaged;
  }

  /**
   * A block that begins at `at` is about to be written. If its hour is summed, as after the clock was set back, deletes the sums of the hour and
   * its day, to sum them again later. An hour whose blocks have been deleted keeps its sum: nothing else is left of it.
   */
  expect(at: number): void {
    const [hour, day] = [HOUR_MS, DAY_MS].map((spanMs) => Math.floor(at / spanMs) * spanMs) as [number, number];
    // The first hour of a day begins when the day does.
    if (this.work?.start === (this.work?.table === this.hours ? hour : day)) this.work = undefined;
    if (!this.hours.has(hour) || this.bare.has(hour)) return;
    if (this.anyBlock.get(hour, hour + HOUR_MS) === undefined) {
      this.bare.add(hour);
      return;
    }
    this.days.forget(day);
    this.hours.forget(hour);
    this.nextHour = Math.min(this.nextHour, hour);
    this.nextDay = Math.min(this.nextDay, day);
  }

  /** Sums a slice of the oldest missing hour or day; false when there is nothing to do. */
  step(now: number): boolean {
    if (!this.work) {
      if (now < this.lookAt && now > this.lookAt - 2 * LOOK_EVERY_MS) return false;
      this.work = this.due(now);
      if (!this.work) {
        this.lookAt = now + LOOK_EVERY_MS;
        return false;
      }
    }
    const { table, start, sum, pace } = this.work;
    try {
      for (let slice = 0; slice < pace; slice++) {
        const { done, value } = sum.next();
        if (!done) continue;
        this.work = undefined;
        table.write(start, value);
        break;
      }
    } catch (error) {
      // It is summed again.
      this.work = undefined;
      throw error;
    }
    return true;
  }

  private due(now: number): Work | undefined {
    const hour = this.missingHour();
    if (hour !== null && now >= hour + HOUR_MS + GRACE_MS) {
      return { table: this.hours, start: hour, sum: this.sums.tallied(hour, hour + HOUR_MS), pace: BLOCKS_A_SLICE };
    }
    const day = this.missingDay();
    // A day is made when its last hour is.
    if (day === null || now < day + DAY_MS + GRACE_MS || (hour !== null && hour < day + DAY_MS)) return undefined;
    return { table: this.days, start: day, sum: this.dayOf(day), pace: 1 };
  }

  private *dayOf(day: number): Summed {
    const last = this.hours.within(day, day + DAY_MS);
    const [first, end] = [last[0], last.at(-1)].map((hour) => (hour === undefined ? null : this.hours.read(hour)));
    const all = yield* this.sums.hourly(day, day + DAY_MS);
    return foldDay(all, [...(first ?? []), ...(end ?? [])]);
  }

  private missingHour(): number | null {
    for (;;) {
      const start = firstReadable(this.firstBlock, this.nextHour);
      if (start === null) return null;
      const hour = Math.floor(start / HOUR_MS) * HOUR_MS;
      if (!this.hours.has(hour)) return hour;
      this.nextHour = hour + HOUR_MS;
    }
  }

  private missingDay(): number | null {
    for (;;) {
      const hour = this.hours.first(this.nextDay);
      if (hour === null) return null;
      const day = Math.floor(hour / DAY_MS) * DAY_MS;
      if (!this.days.has(day)) return day;
      this.nextDay = day + DAY_MS;
    }
  }
}
