/** A page of the file that SQLite cannot read: the rest of the history goes on. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seeded } from "../../../scripts/recording";
import { processRow } from "../../../tests/helpers/process-row";
import { openDatabase } from "./file/database";
import { migrate, readMigrations } from "./file/migrate";
import { ProcessHistory } from "./processes/process-history";
import { ProcessTable } from "./processes/process-table";
import { SampleLogWriter } from "./series/sample-log";
import { HOUR_MS } from "./series/tiers";
import { Store } from "./store";

const PAGE = 4096;
const DAY_MS = 24 * HOUR_MS;
const NOW = 16_700 * DAY_MS;
const WEEK = 7 * 86_400;
const RETENTION = { raw: WEEK, processes: WEEK, minute: 90 * 86_400, hour: 730 * 86_400, tables: WEEK, alerts: WEEK };
const DIRTY = "system.memory.linux.dirty";

let folder: string;
let path: string;
let database: Database.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-page-"));
  path = join(folder, "hostscope.db");
  database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Overwrites the page that holds these bytes. */
function spoil(bytes: Buffer): void {
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
  const at = readFileSync(path).indexOf(bytes);
  expect(at).toBeGreaterThan(0);
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(PAGE, 0x5a), 0, PAGE, Math.floor(at / PAGE) * PAGE);
  closeSync(file);
}

async function open(now: number, maxBytes = 2 ** 30): Promise<{ store: Store; errors: string[]; notices: string[] }> {
  const notices: string[] = [];
  const errors: string[] = [];
  const onError = (error: unknown, what: string) => errors.push(`${what}: ${(error as { code?: string }).code}`);
  const retention = { ...RETENTION, maxBytes };
  const onNotice = (text: string) => notices.push(text);
  const store = await Store.open({ path, intervalMs: 1000, historySize: 600, retention, onError, onNotice }, now);
  return { store, errors, notices };
}

function maintain(store: Store, now: number, seconds: number): void {
  for (let second = 0; second < seconds; second++) store.maintain(now + second * 1000, second * 1000);
}

test("an hour of the log with an unreadable page is sealed without that page, and later hours after it", async () => {
  const writer = new SampleLogWriter(database);
  const names = Array.from({ length: 40 }, (_, n) => ({ metric: DIRTY, labels: { n: String(n) } }));
  const valuesAt = (second: number) => Float64Array.from(names, (_, n) => Math.sqrt(second * (n + 1)));
  const from = NOW - 2 * HOUR_MS;
  database.transaction(() => {
    for (let second = 0; second < 7200; second += 2)
      writer.append({ at: from + second * 1000, series: names, values: valuesAt(second) });
  })();
  const needle = Buffer.alloc(8);
  needle.writeDoubleLE(Math.sqrt(1500 * 40));
  spoil(needle);
  const { store, errors } = await open(NOW + 300_000);
  maintain(store, NOW + 300_000, 600);
  expect(errors).toEqual(["compressing the history: SQLITE_CORRUPT"]);
  expect(store.damagedRows).toBeGreaterThan(0);
  const read = (start: number, points: number) =>
    store.history({ name: DIRTY, labels: { n: "0" }, from: start, to: start + HOUR_MS, points, aggregate: "avg" });
  for (const start of [from, from + HOUR_MS]) {
    const minutes = read(start, 60);
    expect(minutes.resolutionSeconds).toBe(60);
    expect(minutes.series[0]?.values.filter((value) => value === null)).toHaveLength(0);
  }
  const samples = read(from, 1800).series[0]?.values.filter((value) => value !== null).length;
  expect(samples).toBeGreaterThan(1750);
  expect(samples).toBeLessThan(1800);
  await store.close();
});

test("what is too old or too much is deleted around an unreadable page, and it is reported once", async () => {
  const insert = database.prepare('INSERT INTO chunks (start, interval, "group", data, crc) VALUES (?, 1000, ?, ?, 0)');
  database.transaction(() => {
    for (let hour = 0; hour < 400; hour++)
      for (let group = 0; group < 10; group++) insert.run(NOW - (400 - hour) * HOUR_MS, group, Buffer.alloc(1500, hour));
    database.prepare("INSERT INTO process_blocks (start, data, crc) VALUES (?, zeroblob(40), 0)").run(NOW - 30 * DAY_MS);
  })();
  spoil(Buffer.alloc(200, 20));
  const { store, errors, notices } = await open(NOW, 2_000_000);
  maintain(store, NOW, 4000);
  const { parts } = store as unknown as { parts: { database: Database.Database } };
  const count = (sql: string) => parts.database.prepare(`SELECT count(*) FROM ${sql}`).pluck().get() as number;
  // 168 hours are young enough; of ten rows an hour there is room for fewer.
  const late = count(`chunks WHERE start < ${NOW - 7 * DAY_MS}`);
  expect(late).toBeGreaterThan(0);
  expect(late).toBeLessThan(20);
  expect(count("process_blocks")).toBe(0);
  const pages = parts.database.pragma("page_count", { simple: true }) as number;
  const free = parts.database.pragma("freelist_count", { simple: true }) as number;
  expect((pages - free) * PAGE).toBeLessThanOrEqual(2_000_000);
  expect(store.damagedRows).toBeGreaterThan(0);
  expect(errors).toEqual([]);
  expect(notices.filter((text) => text.includes("cannot be read"))).toHaveLength(1);
  await store.close();
});

test("an hour of the process history with an unreadable page is summed up, and later hours after it", async () => {
  const history = new ProcessHistory(database);
  const table = new ProcessTable();
  const random = seeded(1);
  const rows = () => Array.from({ length: 30 }, (_, n) => processRow(n + 1, { name: `job-${random()}` }));
  for (let minute = 0; minute < 180; minute++) {
    const delta = { at: NOW - 3 * HOUR_MS + minute * 60_000, staleMs: 0, changed: rows(), exited: [] };
    table.apply(delta);
    history.add(delta, table);
    history.flush();
  }
  history.finish();
  const block = database.prepare("SELECT data FROM process_blocks ORDER BY start LIMIT 1 OFFSET 20").pluck().get() as Buffer;
  spoil(block.subarray(0, 64));
  const { store, errors } = await open(NOW + 300_000);
  maintain(store, NOW + 300_000, 400);
  const { parts } = store as unknown as { parts: { database: Database.Database } };
  const summed = parts.database.prepare("SELECT start FROM process_usage ORDER BY start").pluck().all();
  expect(summed).toEqual([NOW - 3 * HOUR_MS, NOW - 2 * HOUR_MS, NOW - HOUR_MS]);
  expect(errors).toEqual([]);
  await store.close();
});
