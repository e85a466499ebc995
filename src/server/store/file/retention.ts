/** Limits the database: each tier by age, the file by a hard cap. Works in small slices, never a full vacuum. */
import type Database from "better-sqlite3";

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

/** The table with the oldest row of all. The newest hour of chunks stays: it marks how far the past is sealed. */
const OLDEST = `
  SELECT name FROM (
    SELECT 'chunks' AS name, min(start) AS start FROM chunks WHERE start < (SELECT max(start) FROM chunks)
    UNION ALL SELECT 'process_blocks', min(start) FROM process_blocks
    UNION ALL SELECT 'process_metrics', 1000 * unixepoch(min(timestamp)) FROM process_metrics
    UNION ALL SELECT 'custom_metrics', 1000 * unixepoch(min(timestamp)) FROM custom_metrics
    UNION ALL SELECT 'system_metrics', 1000 * unixepoch(min(timestamp)) FROM system_metrics
  ) WHERE start IS NOT NULL ORDER BY start LIMIT 1`;

/** A wrong clock can leave rows in the future, which would never reach their age limit. */
const FUTURE_MS = 86_400_000;
const LATE_TICK_MS = 2 * 3_600_000;

export class Retention {
  private dueAt = 0;
  private pending: (() => boolean)[] = [];

  constructor(
    private readonly database: Database.Database,
    public retention: RetentionPolicy,
    private readonly onNotice: (text: string) => void = () => {},
  ) {}

  /**
   * Does one slice of work; false when there is nothing to do. With a clock that is not trusted, nothing is deleted for its age; the size
   * is kept all the same.
   */
  step(now: number, isClockSteady = true): boolean {
    if (this.pending.length === 0) {
      // Due a minute after the last time, whichever way the clock was set since.
      if (now < this.dueAt && now > this.dueAt - 2 * EVERY_MS) return false;
      this.dueAt = now + EVERY_MS;
      this.pending = [...(isClockSteady ? this.byAge(now) : []), ...this.bySize()];
    }
    const task = this.pending[0];
    // A task that deleted something may have more to do at the next tick.
    if (task && !task()) this.pending.shift();
    return true;
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
      () => this.remove("marks", "timestamp DESC", ROWS_A_SLICE, MOST_MARKS),
      this.customShare(),
      () => this.shrink(),
      () => this.vacuum(),
    ];
  }

  /** `where` must be covered by an index: it runs once a minute on tables with millions of rows. */
  private deletion(table: string, where: string, value: number | string): () => boolean {
    const statement = this.database.prepare(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${where} LIMIT ${ROWS_A_SLICE})`,
    );
    let isTold = false;
    return () => {
      const { changes } = statement.run({ age: value });
      if (changes === ROWS_A_SLICE && !isTold) {
        isTold = true;
        this.tellIfMost(table, where, value);
      }
      return changes > 0;
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

  /** Deletes rows of a table in an order, behind the first `keep`; false when there are none. */
  private remove(table: string, order: string, rows: number, keep = 0): boolean {
    const { changes } = this.database
      .prepare(`DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} ORDER BY ${order} LIMIT ${rows} OFFSET ${keep})`)
      .run();
    return changes > 0;
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
      return this.remove("custom_metrics", "timestamp", rows);
    };
  }

  /**
   * Above the cap, deletes the oldest rows of chunks, process blocks and readable tables first, then process usage, then rollups.
   */
  private shrink(): boolean {
    const until = performance.now() + (this.sizeAbove(0) ? MOST_MS_ABOVE : 0);
    let removed = false;
    while (this.sizeAbove(ROOM) && !(removed && performance.now() >= until)) {
      const oldest = this.database.prepare(OLDEST).pluck().get() as string | undefined;
      const table = oldest ?? this.oldestSums();
      const order = table === "rollups" ? "tier, start" : table.endsWith("_metrics") ? "timestamp" : "start";
      if (!this.remove(table, order, ROWS_A_SLICE)) break;
      removed = true;
    }
    return removed;
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
