/** A disk that is full from 10:20 to 11:10, over a full hour, through the real writer and store. Time is made fast. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { expect, test } from "vitest";
import { deriveFrame } from "~/domain/derive";
import type { Sample, Series } from "~/domain/sample";
import { isTransient, openDatabase } from "./file/database";
import { migrate, readMigrations } from "./file/migrate";
import { SampleLogWriter } from "./series/sample-log";
import { Store } from "./store";

const DAY_MS = 86_400_000;
const START = 1_700_000_000_000 - (1_700_000_000_000 % DAY_MS) + 10 * 3_600_000;
const [FULL_FROM, FULL_TO, END] = [20 * 60, 70 * 60, 140 * 60];
const ROOMY = 1_000_000;
const DAY_S = 86_400;
const AGES = { raw: DAY_S, processes: DAY_S, minute: DAY_S, hour: DAY_S, tables: DAY_S, alerts: DAY_S, maxBytes: 2 ** 30 };

const layout: Series[] = [
  { metric: "hostscope.sample.interval", labels: {} },
  { metric: "system.memory.linux.dirty", labels: {} },
];

interface Disk {
  store: Store;
  writer: SampleLogWriter;
  connections: readonly Database.Database[];
}

/** The two ways in which a server learns of it: it looks how much is free, and a write fails. */
const WAYS: Record<string, (disk: Disk, isFull: boolean) => void> = {
  "seen before it is full": ({ store, writer }, isFull) => {
    store.space = { ...store.space, writable: !isFull };
    writer.writable = !isFull;
  },
  "told by failing writes": ({ connections }, isFull) => {
    for (const connection of connections) {
      const pages = connection.pragma("page_count", { simple: true }) as number;
      connection.pragma(`max_page_count = ${isFull ? pages : ROOMY}`);
    }
  },
};

test.each(Object.keys(WAYS))("every minute that was measured is there: %s", async (way) => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-full-"));
  const path = join(folder, "hostscope.db");
  const collector = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(collector, readMigrations("prisma/migrations"), 0);
  const writer = new SampleLogWriter(collector);
  const failed: unknown[] = [];
  const store = await Store.open(
    { path, intervalMs: 1000, historySize: 3600, retention: AGES, onError: (error) => failed.push(error) },
    START,
  );
  const { database } = (store as unknown as { parts: { database: Database.Database } }).parts;
  const disk: Disk = { store, writer, connections: [collector, database] };
  let previous: Sample | undefined;
  let waited = 0;
  for (let second = 0; second < END; second++) {
    if (second === FULL_FROM || second === FULL_TO) WAYS[way]?.(disk, second === FULL_FROM);
    const at = START + second * 1000;
    const sample: Sample = { at, series: layout, values: Float64Array.of(1, second) };
    writer.append(sample);
    waited = Math.max(waited, writer.backlog);
    store.add(sample, deriveFrame(previous, sample), { at, changed: [], exited: [], staleMs: 0 });
    store.maintain(at, second * 1000);
    previous = sample;
  }
  expect(waited).toBeGreaterThan(2000);
  expect(writer.backlog).toBe(0);
  expect(writer.dropped).toBe(0);
  for (let slice = 0; slice < 500; slice++) store.maintain(START + (END + slice) * 1000, (END + slice) * 1000);
  const ask = (from: number, to: number, points: number) =>
    store.history({
      name: "system.memory.linux.dirty",
      from: START + from * 1000,
      to: START + to * 1000,
      points,
      aggregate: "avg",
    }).series[0]?.values;
  const minutes = END / 60;
  expect(ask(0, END, minutes)).toEqual(Array.from({ length: minutes }, (_, minute) => expect.closeTo(60 * minute + 29.5, 0)));
  for (let from = 0; from < END; from += 1200) {
    expect(ask(from, from + 1200, 1200)).toEqual(Array.from({ length: 1200 }, (_, index) => from + index));
  }
  // Two of three hours are sealed: what came late is compressed as well.
  const logged = database.prepare("SELECT count(*) FROM sample_log").pluck().get() as number;
  expect(logged).toBeLessThanOrEqual(1200);
  for (const error of failed) expect(isTransient(error)).toBe(true);
  await store.close();
  collector.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ["frees space when a limit is lowered", 90_000_000, true],
  ["deletes nothing without room for it", 5_000_000, false],
])("a disk below the floor %s", async (_name, freeBytes, frees) => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-full-"));
  const path = join(folder, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  const insert = database.prepare("INSERT INTO process_blocks (start, data, crc) VALUES (?, zeroblob(100000), 0)");
  database.transaction(() => {
    for (let minute = 0; minute < 200; minute++) insert.run(START - minute * 60_000);
  })();
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
  const onError = (error: unknown) => {
    throw error;
  };
  const store = await Store.open({ path, intervalMs: 1000, historySize: 3600, retention: AGES, onError }, START);
  store.space = { freeBytes, floorBytes: 100_000_000, writable: false };
  const before = statSync(path).size;
  store.setRetention({ ...AGES, maxBytes: 5_000_000 });
  for (let second = 0; second < 300; second++) store.maintain(START + second * 1000, second * 1000);
  expect(before).toBeGreaterThan(20_000_000);
  if (frees) expect(statSync(path).size).toBeLessThan(7_000_000);
  else expect(statSync(path).size).toBe(before);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
