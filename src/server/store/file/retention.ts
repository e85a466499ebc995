/** Limits the database: each tier by age, the file by a hard cap. Works in small slices, never a full vacuum. */
import type Database from "better-sqlite3";
import { isSqliteSafe, isTransient } from "./database";
import { isDamage } from "./integrity";

/** Retention of each tier in seconds, and the maximum size of the file. */
export interface RetentionPolicy {
  raw: number;
  processes: number;
  minute: number;
  hour: number;
  tables: number;
  alerts: number;
  maxBytes: number;
}

const EVERY_MS = 60_000;
const ROWS_A_SLICE = 40;
/** Time for one step above the cap: a limit that was lowered holds within minutes, and no tick is late. */
const MOST_MS_ABOVE = 10;
/** Share of the cap that readings of custom metrics may take in their readable table: whoever pushes them pushes out nothing else. */
const CUSTOM_SHARE = 0.1;
const CUSTOM_ROWS_A_SLICE = 1000;
/** Bytes of a row besides its texts, its part of the indexes included. */
const CUSTOM_ROW_BYTES = 90;
const CUSTOM_SAMPLE = 500;
const MOST_MARKS = 10_000;
const YEAR_MS = 366 * 86_400_000;
const FREE_PAGES_A_SLICE = 200;
/** Share of the cap to keep free: deletion by size starts at 98 % of it. */
const ROOM = 0.02;

/** When the rows of a table are from, for those that go by age. The newest hour of chunks stays: it marks how far the past is sealed. */
const AGES = {
  chunks: "start AS age FROM chunks WHERE start < (SELECT max(start) FROM chunks) ORDER BY start",
  process_blocks: "start AS age FROM process_blocks ORDER BY start",
  process_metrics: "1000 * unixepoch(timestamp) AS age FROM process_metrics ORDER BY timestamp",
  custom_metrics: "1000 * unixepoch(timestamp) AS age FROM custom_metrics ORDER BY timestamp",
  system_metrics: "1000 * unixepoch(timestamp) AS age FROM system_metrics ORDER BY timestamp",
};

/** A wrong clock can leave rows in the future, which would never reach their age limit. */
const FUTURE_MS = 86_400_000;
const LATE_TICK_MS = 2 * 3_600_000;

interface Removal {
  rows?: number;
  keep?: number;
  /** The value of @age in the selection. */
  age?: number | string;
}

const orderOf = (table: string) =>
  `ORDER BY ${table === "rollups" ? "tier, start" : table.endsWith("_metrics") ? "timestamp" : "start"}`;

export class Retention {
  private dueAt = 0;
  private pending: (() => boolean)[] = [];
  /** How many of the first rows of a selection are on pages that SQLite cannot read, and stay. */
  private readonly stuck = new Map<string, number>();
  private readonly unreadable = new Set<string>();

  constructor(
    private readonly database: Database.Database,
    public retention: RetentionPolicy,
    private readonly onNotice: (text: string) => void = () => {},
  ) {}

  /**
   * Does one slice of work; false when there is nothing to do. With a clock that is not trusted, nothing is deleted for its age; the size
   * is kept all the same. Throws SQLite's error: the next call goes on with the next task, and after a lock with the same.
   */
  step(now: number, isClockSteady = true): boolean {
    if (this.pending.length === 0) {
      // Due a minute after the last time, whichever way the clock was set since.
      if (now < this.dueAt && now > this.dueAt - 2 * EVERY_MS) return false;
      this.dueAt = now + EVERY_MS;
      this.pending = [...(isClockSteady ? this.byAge(now) : []), ...this.bySize()];
    }
    const task = this.pending.shift();
    try {
      // A task that deleted something may have more to do at the next tick.
      if (task?.()) this.pending.unshift(task);
    } catch (error) {
      if (task && isTransient(error)) this.pending.unshift(task);
      throw error;
    }
    return true;
  }

  /** Gives the space back as well: below the floor the collector thread, which checkpoints as a rule, writes nothing. */
  stepAndCheckpoint(now: number, isClockSteady: boolean): boolean {
    const before = this.changes();
    const worked = this.step(now, isClockSteady);
    if (this.changes() !== before && isSqliteSafe()) this.database.pragma("wal_checkpoint(TRUNCATE)");
    return worked;
  }

  /** Rows and pages that this connection has changed. */
  private changes(): string {
    return `${this.database.prepare("SELECT total_changes()").pluck().get()} ${this.pragma("freelist_count")}`;
  }

  /** Rows that cannot be deleted. */
  get damagedRows(): number {
    return this.unreadable.size;
  }

  size(): { bytes: number; freeBytes: number; maxBytes: number } {
    const pageSize = this.pragma("page_size");
    const freeBytes = this.pragma("freelist_count") * pageSize;
    return { bytes: this.pragma("page_count") * pageSize, freeBytes, maxBytes: this.retention.maxBytes };
  }

  private pragma(name: string): number {
    return this.database.pragma(name, { simple: true }) as number;
  }

  private byAge(now: number): (() => boolean)[] {
    const before = (seconds: number) => now - seconds * 1000;
    const iso = (seconds: number) => new Date(before(seconds)).toISOString();
    const { raw, processes, minute, hour, tables, alerts } = this.retention;
    return [
      // The newest hour stays: it marks how far the past is sealed.
      this.deletion("chunks", "start < @age AND start < (SELECT max(start) FROM chunks)", before(raw)),
      this.deletion("chunks", "start > @age", now + FUTURE_MS),
      // Of the past, only sealing deletes them.
      this.deletion("sample_log", "at > @age", now + FUTURE_MS),
      this.deletion("process_blocks", "start < @age", before(processes)),
      this.deletion("process_blocks", "start > @age", now + FUTURE_MS),
      // A tick delayed by a lock may be logged after its block is written, which then does not delete it.
      this.deletion("process_ticks", "at < @age", now - LATE_TICK_MS),
      this.deletion("process_ticks", "at > @age", now + FUTURE_MS),
      this.deletion("process_usage", "start < @age", before(minute)),
      this.deletion("process_usage", "start > @age", now + FUTURE_MS),
      this.deletion("process_usage_days", "start < @age", before(minute)),
      this.deletion("process_usage_days", "start > @age", now + FUTURE_MS),
      this.deletion("rollups", "tier = 60 AND start < @age", before(minute) - 86_400_000),
      this.deletion("rollups", "tier = 3600 AND start < @age", before(hour) - 30 * 86_400_000),
      this.deletion("system_metrics", "timestamp < @age", iso(tables)),
      this.deletion("custom_metrics", "timestamp < @age", iso(tables)),
      this.deletion("process_metrics", "timestamp < @age", iso(tables)),
      this.deletion("marks", "timestamp < @age", iso(hour)),
      this.deletion("marks", "timestamp > @age", new Date(now + 2 * YEAR_MS).toISOString()),
      this.deletion("alerts", "resolved = 1 AND timestamp < @age AND resolved_at < @age", iso(alerts)),
      // Undelivered notifications stay, however old.
      this.deletion("notifications", "sent_at < @age OR (sent_at IS NULL AND failed_at < @age)", iso(alerts)),
    ];
  }

  private bySize(): (() => boolean)[] {
    return [
      () => this.remove("marks", "ORDER BY timestamp DESC", { keep: MOST_MARKS }) > 0,
      this.customShare(),
      () => this.shrink(),
      () => this.vacuum(),
    ];
  }

  /** `where` must be covered by an index: it runs once a minute on tables with millions of rows. */
  private deletion(table: string, where: string, value: number | string): () => boolean {
    let isTold = false;
    return () => {
      const removed = this.remove(table, `WHERE ${where}`, { age: value });
      if (removed === ROWS_A_SLICE && !isTold) {
        isTold = true;
        this.tellIfMost(table, where, value);
      }
      return removed > 0;
    };
  }

  /** Whoever lowers a limit by mistake learns of it while the backup of yesterday is still there. */
  private tellIfMost(table: string, where: string, value: number | string): void {
    const count = (condition: string) => `(SELECT count(*) FROM ${table} ${condition})`;
    const { going, all } = this.database
      .prepare(`SELECT ${count(`WHERE ${where}`)} AS going, ${count("")} AS "all"`)
      .get({ age: value }) as { going: number; all: number };
    if (going > all / 2)
      this.onNotice(
        `retention deletes ${going + ROWS_A_SLICE} of ${all + ROWS_A_SLICE} rows of ${table}: older than the retention period`,
      );
  }

  /** Deletes the first rows of a selection, behind `keep`. Returns how many there were, those that cannot be deleted included. */
  private remove(table: string, selection: string, { rows = ROWS_A_SLICE, keep = 0, age = 0 }: Removal = {}): number {
    const first = `SELECT rowid FROM ${table} ${selection} LIMIT ${rows} OFFSET ${keep + this.stuckOf(table, selection)}`;
    const values = selection.includes("@age") ? [{ age }] : [];
    try {
      return this.database.prepare(`DELETE FROM ${table} WHERE rowid IN (${first})`).run(...values).changes;
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    const found = this.database
      .prepare(first)
      .pluck()
      .all(...values) as number[];
    for (const rowid of found) this.removeRow(table, selection, rowid);
    return found.length;
  }

  private removeRow(table: string, selection: string, rowid: number): void {
    try {
      this.database.prepare(`DELETE FROM ${table} WHERE rowid = ?`).run(rowid);
    } catch (error) {
      if (!isDamage(error)) throw error;
      if (this.unreadable.size === 0) this.onNotice(`retention leaves rows of ${table} that cannot be read: ${String(error)}`);
      this.unreadable.add(`${table} ${rowid}`);
      this.stuck.set(`${table} ${selection}`, this.stuckOf(table, selection) + 1);
    }
  }

  private stuckOf(table: string, selection: string): number {
    return this.stuck.get(`${table} ${selection}`) ?? 0;
  }

  /** Mean bytes of the texts of a row, from rows all over the table: whoever sends the newest ones does not choose the mean. */
  private customRowBytes(): number {
    const range = this.database.prepare("SELECT min(id) AS first, max(id) AS last FROM custom_metrics").get() as {
      first: number | null;
      last: number | null;
    };
    if (range.first === null || range.last === null) return 0;
    const step = Math.max(1, Math.floor((range.last - range.first) / CUSTOM_SAMPLE));
    const row = this.database
      .prepare("SELECT length(metric_name) * 2 + length(tags) FROM custom_metrics WHERE id >= ? LIMIT 1")
      .pluck();
    let sum = 0;
    let rows = 0;
    for (let id = range.first; id <= range.last; id += step, rows++) sum += (row.get(id) as number | undefined) ?? 0;
    return sum / rows;
  }

  /** Deletes the oldest readings of custom metrics above their share. Counts once a minute. */
  private customShare(): () => boolean {
    let left: number | undefined;
    return () => {
      if (left === undefined) {
        const rows = this.database.prepare("SELECT count(*) FROM custom_metrics").pluck().get() as number;
        const bytes = this.customRowBytes();
        const most = (this.retention.maxBytes * CUSTOM_SHARE) / (bytes + CUSTOM_ROW_BYTES);
        left = Math.max(0, rows - Math.floor(most));
      }
      if (left <= 0) return false;
      const rows = Math.min(left, CUSTOM_ROWS_A_SLICE);
      left -= rows;
      return this.remove("custom_metrics", "ORDER BY timestamp", { rows }) > 0;
    };
  }

  /**
   * Above the cap, deletes the oldest rows of chunks, process blocks and readable tables first, then process usage, then rollups.
   */
  private shrink(): boolean {
    const until = performance.now() + (this.sizeAbove(0) ? MOST_MS_ABOVE : 0);
    let removed = false;
    while (this.sizeAbove(ROOM) && !(removed && performance.now() >= until)) {
      const table = this.oldest() ?? this.oldestSums();
      if (this.remove(table, orderOf(table)) === 0) break;
      removed = true;
    }
    return removed;
  }

  /** The table with the oldest row of all that can be deleted. */
  private oldest(): string | undefined {
    const oldest = Object.entries(AGES).map(([table, ages]) => {
      const skip = this.stuckOf(table, orderOf(table));
      return { table, age: this.database.prepare(`SELECT ${ages} LIMIT 1 OFFSET ${skip}`).pluck().get() as number | undefined };
    });
    return oldest.filter(({ age }) => age !== undefined).sort((a, b) => Number(a.age) - Number(b.age))[0]?.table;
  }

  private oldestSums(): string {
    const has = (table: string) => this.database.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined;
    return ["process_usage", "process_usage_days"].find(has) ?? "rollups";
  }

  /** Whether less than a share of the cap is free. */
  private sizeAbove(room: number): boolean {
    const { bytes, freeBytes, maxBytes } = this.size();
    return bytes - freeBytes > maxBytes * (1 - room);
  }

  private vacuum(): boolean {
    if (this.pragma("freelist_count") < FREE_PAGES_A_SLICE) return false;
    this.database.pragma(`incremental_vacuum(${FREE_PAGES_A_SLICE})`);
    return true;
  }
}
