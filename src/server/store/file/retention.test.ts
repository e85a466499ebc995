import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "./database";
import { migrate, readMigrations } from "./migrate";
import { Retention } from "./retention";
import { retentionOf } from "./storage";

const DAY = 86_400;
const RETENTION = {
  raw: 7 * DAY,
  processes: 7 * DAY,
  minute: 90 * DAY,
  hour: 730 * DAY,
  tables: 30 * DAY,
  alerts: 365 * DAY,
  maxBytes: 2 ** 30,
};

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-upkeep-"));
  path = join(folder, "hostscope.db");
  const made = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(made, readMigrations("prisma/migrations"), 0);
  made.close();
});

afterEach(() => rmSync(folder, { recursive: true }));

test("what is too old is found by an index, never by a look at every row", () => {
  const asked: string[] = [];
  const database = new Database(path, { verbose: (sql) => asked.push(String(sql)) });
  const upkeep = new Retention(database, RETENTION);
  for (let slice = 0; slice < 40; slice++) upkeep.step(1_800_000_000_000);
  const deletions = asked.filter((sql) => sql.startsWith("DELETE"));
  expect(deletions.length).toBeGreaterThan(12);
  for (const sql of deletions) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[];
    for (const { detail } of plan) expect(`${sql}: ${detail}`).not.toMatch(/: SCAN \w+$/);
  }
  database.close();
});

test("the cap holds for the readable tables too: their oldest rows go with the oldest seconds", () => {
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  const row = database.prepare(
    "INSERT INTO process_metrics (timestamp, pid, name, username, cpu_percent, memory_used, status, num_threads) VALUES (?, 1, ?, '', 1, 1, 'sleeping', 1)",
  );
  const block = database.prepare("INSERT INTO process_blocks (start, data, crc) VALUES (?, zeroblob(400), 0)");
  const start = 1_800_000_000_000;
  database.transaction(() => {
    for (let minute = 0; minute < 6000; minute++) {
      row.run(new Date(start + minute * 60_000).toISOString(), "x".repeat(300));
      if (minute >= 3000) block.run(start + minute * 60_000);
    }
  })();
  const upkeep = new Retention(database, { ...RETENTION, maxBytes: 2 ** 20 });
  for (let slice = 0; slice < 2000; slice++) upkeep.step(start + 6000 * 60_000 + slice * 1000);
  const { bytes, freeBytes } = upkeep.size();
  expect(bytes - freeBytes).toBeLessThanOrEqual(2 ** 20);
  expect(bytes).toBeLessThanOrEqual(1.9 * 2 ** 20);
  const oldest = (sql: string) => database.prepare(sql).pluck().get() as number;
  const rows = oldest("SELECT 1000 * unixepoch(min(timestamp)) FROM process_metrics");
  const blocks = oldest("SELECT min(start) FROM process_blocks");
  expect(Math.abs(rows - blocks)).toBeLessThan(90 * 60_000);
  database.close();
});

test("readings of custom metrics take a tenth of the cap at most, and push out nothing else", () => {
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  const custom = database.prepare(
    "INSERT INTO custom_metrics (timestamp, metric_name, metric_value, metric_type, tags) VALUES (?, 'pushed', 1, 'gauge', ?)",
  );
  const block = database.prepare("INSERT INTO process_blocks (start, data, crc) VALUES (?, zeroblob(400), 0)");
  const start = 1_800_000_000_000;
  const maxBytes = 4 * 2 ** 20;
  const tags = JSON.stringify({ text: "x".repeat(900) });
  const upkeep = new Retention(database, { ...RETENTION, maxBytes });
  for (let minute = 0; minute < 60; minute++) block.run(start + minute * 60_000);
  for (let second = 0; second < 600; second++) {
    database.transaction(() => {
      for (let row = 0; row < 20; row++) custom.run(new Date(start + 3_600_000 + second * 1000).toISOString(), tags);
    })();
    upkeep.step(start + 3_600_000 + second * 1000);
  }
  for (let slice = 0; slice < 400; slice++) upkeep.step(start + 4_300_000 + slice * 1000);
  const count = (table: string) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  expect(count("process_blocks")).toBe(60);
  expect(count("custom_metrics")).toBeGreaterThan(100);
  expect(count("custom_metrics") * 1000).toBeLessThan(maxBytes * 0.11);
  database.close();
});

test("a clock that is not trusted deletes nothing for its age, and most of a tier goes only with a word", () => {
  const database = new Database(path);
  const insert = database.prepare('INSERT INTO chunks (start, interval, "group", data, crc) VALUES (?, 1000, 0, ?, 0)');
  const start = 1_700_000_000_000 - (1_700_000_000_000 % 3_600_000);
  for (let hour = 0; hour < 300; hour++) insert.run(start + hour * 3_600_000, Buffer.alloc(10));
  const count = () => database.prepare("SELECT count(*) FROM chunks").pluck().get();
  const said: string[] = [];
  const upkeep = new Retention(database, RETENTION, (text) => said.push(text));
  const later = start + 400 * 86_400_000;
  for (let slice = 0; slice < 200; slice++) upkeep.step(later + slice * 1000, false);
  // The clock was set back ten years: all that is there lies in its future.
  for (let slice = 0; slice < 200; slice++) upkeep.step(start - 3650 * 86_400_000 + slice * 1000, false);
  expect([count(), said]).toEqual([300, []]);
  for (let slice = 0; slice < 200; slice++) upkeep.step(later + slice * 1000, true);
  // The newest hour stays.
  expect([count(), said]).toEqual([1, ["retention deletes 299 of 300 rows of chunks: older than the retention period"]]);
  database.close();
});

test("a lock does not put off for a minute what is under way", () => {
  const database = new Database(path);
  const insert = database.prepare("INSERT INTO process_blocks (start, data, crc) VALUES (?, ?, 0)");
  for (let second = 0; second < 500; second++) insert.run(second * 1000, Buffer.alloc(1));
  const upkeep = new Retention(database, RETENTION);
  const now = 1_800_000_000_000;
  const left = () => database.prepare("SELECT count(*) FROM process_blocks").pluck().get() as number;
  for (let slice = 0; slice < 40 && left() === 500; slice++) upkeep.step(now);
  database.pragma("busy_timeout = 0");
  const other = new Database(path);
  other.exec("BEGIN IMMEDIATE");
  const before = left();
  expect(() => upkeep.step(now)).toThrow(/locked/);
  other.exec("COMMIT");
  other.close();
  upkeep.step(now);
  expect(left()).toBeLessThan(before);
  database.close();
});

test("a coarser tier is kept at least as long as a finer one", () => {
  const { maxBytes: max_size, ...ages } = RETENTION;
  expect(retentionOf({ ...ages, max_size })).toEqual(RETENTION);
  expect(retentionOf({ ...ages, max_size, raw: 30 * DAY, minute: 2 * DAY, hour: 10 * DAY })).toMatchObject({
    raw: 30 * DAY,
    minute: 30 * DAY,
    hour: 30 * DAY,
  });
  expect(retentionOf({ ...ages, max_size, hour: DAY })).toMatchObject({ raw: 7 * DAY, minute: 90 * DAY, hour: 90 * DAY });
});
