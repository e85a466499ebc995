import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Reading, type Sample, seriesOf } from "~/domain/sample";
import { openDatabase } from "./file/database";
import { lockDataDir } from "./file/lock";
import { type Migration, migrate, pendingMigrations, readMigrations } from "./file/migrate";
import { unpackValues } from "./series/log-values";
import { Ring } from "./series/ring";
import { SampleLogReader, SampleLogWriter } from "./series/sample-log";
import { Store } from "./store";

let folder: string;
let path: string;
let database: Database.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-store-"));
  path = join(folder, "hostscope.db");
  database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const layout = ["hostscope.sample.interval", "system.cpu.context_switches", "system.memory.utilization"].map((metric) => ({
  metric,
  labels: {},
}));

function sample(at: number, values: number[], series = layout): Sample {
  return { at, series, values: Float64Array.from(values) };
}

test("samples come back as they were written, NaN included, under the same layout object", () => {
  const writer = new SampleLogWriter(database);
  expect(writer.append(sample(1000, [1, 0.1 + 0.2, Number.NaN]))).toBeNull();
  expect(writer.append(sample(2000, [1, 2 ** 53, -0]))).toBeNull();
  const [first, second] = [...new SampleLogReader(database).read(0, 10_000)];
  expect(first?.values).toEqual(Float64Array.of(1, 0.1 + 0.2, Number.NaN));
  expect(second?.series).toBe(first?.series);
  expect(first?.series).toEqual(layout);
});

test("a second process finds the series and layouts that the first one made", () => {
  new SampleLogWriter(database).append(sample(1000, [1, 2, 3]));
  new SampleLogWriter(database).append(sample(2000, [1, 2, 3]));
  expect(database.prepare("SELECT count(*) FROM layouts").pluck().get()).toBe(1);
  expect(database.prepare("SELECT count(*) FROM series").pluck().get()).toBe(3);
});

test("one flipped bit costs that row and no other, and is counted", () => {
  const writer = new SampleLogWriter(database);
  for (const at of [1000, 2000, 3000]) writer.append(sample(at, [1, at, 0.5]));
  const blob = database.prepare('SELECT "values" FROM sample_log WHERE at = 2000').pluck().get() as Buffer;
  blob[blob.length - 1] = (blob.at(-1) as number) ^ 1;
  database.prepare('UPDATE sample_log SET "values" = ? WHERE at = 2000').run(blob);
  const reader = new SampleLogReader(database);
  expect([...reader.read(0, 10_000)].map(({ at }) => at)).toEqual([1000, 3000]);
  expect(reader.damaged).toBe(1);
});

test("a row of doubles that lost its last byte reads as packed values by chance, and is passed over all the same", () => {
  const value = 5.018005470530042e74;
  new SampleLogWriter(database).append(sample(1000, [value], layout.slice(0, 1)));
  const blob = database.prepare('SELECT "values" FROM sample_log').pluck().get() as Buffer;
  const cut = blob.subarray(0, -1);
  expect(unpackValues(cut, 1)).not.toBeNull();
  database.prepare('UPDATE sample_log SET "values" = ?').run(cut);
  const reader = new SampleLogReader(database);
  expect([...reader.read(0, 10_000)]).toEqual([]);
  expect(reader.damaged).toBe(1);
});

test("samples wait while another process holds the database, and go in order with the next", () => {
  const other = openDatabase(path, { timeoutMs: 0, checkpoints: false });
  const writer = new SampleLogWriter(database);
  other.exec("BEGIN IMMEDIATE");
  expect(writer.append(sample(1000, [1, 1, 1]))).toMatchObject({ code: "SQLITE_BUSY" });
  expect(writer.append(sample(2000, [1, 1, 1]))).toMatchObject({ code: "SQLITE_BUSY" });
  expect(writer.backlog).toBe(2);
  other.exec("ROLLBACK");
  expect(writer.append(sample(3000, [1, 1, 1]))).toBeNull();
  expect(writer.backlog).toBe(0);
  expect([...new SampleLogReader(other).read(0, 10_000)].map(({ at }) => at)).toEqual([1000, 2000, 3000]);
  other.close();
});

test("a stop writes all samples that waited, and an error ends it", () => {
  const other = openDatabase(path, { timeoutMs: 0, checkpoints: false });
  const writer = new SampleLogWriter(database);
  other.exec("BEGIN IMMEDIATE");
  for (let at = 1; at <= 900; at++) writer.append(sample(at * 1000, [1, 1, 1]));
  expect(writer.flushAll()).toMatchObject({ code: "SQLITE_BUSY" });
  other.exec("ROLLBACK");
  writer.writable = false;
  expect([writer.flushAll(), writer.backlog]).toEqual([null, 900]);
  writer.writable = true;
  expect([writer.flushAll(), writer.backlog]).toEqual([null, 0]);
  expect([...new SampleLogReader(other).read(0, 1_000_000)]).toHaveLength(900);
  other.close();
});

test("samples of many series that wait take bounded memory: the oldest are dropped", () => {
  const writer = new SampleLogWriter(database);
  writer.writable = false;
  const series = [{ metric: "m", labels: {} }];
  const values = new Float64Array(1_000_000);
  for (let at = 1; at <= 20; at++) writer.append({ at, series, values });
  // Eight of 8 MB.
  expect([writer.backlog, writer.dropped]).toEqual([8, 12]);
});

test("the ring keeps the newest samples", () => {
  const ring = new Ring(3);
  for (const at of [1, 2, 3, 4, 5]) ring.push(sample(at, []));
  expect([...ring.read(0, 10)].map(({ at }) => at)).toEqual([3, 4, 5]);
  expect([...ring.read(4, 5)].map(({ at }) => at)).toEqual([4]);
  expect(ring.oldest?.at).toBe(3);
});

test("a data folder has one server", () => {
  const lock = lockDataDir(folder);
  expect(() => lockDataDir(folder)).toThrow(/is already using/);
  lock.release();
  lockDataDir(folder).release();
});

test("migrations are applied once, after a copy, and a newer database is refused", () => {
  const migrations = readMigrations("prisma/migrations");
  expect(migrate(database, migrations, 1)).toEqual([]);
  const more: Migration[] = [...migrations, { name: "9000_more", sql: "CREATE TABLE more (x)" }];
  expect(migrate(database, more, 2)).toEqual(["9000_more"]);
  const backup = openDatabase(`${path}.backup`, { timeoutMs: 0, checkpoints: false });
  expect(pendingMigrations(backup, more).map(({ name }) => name)).toEqual(["9000_more"]);
  backup.close();
  expect(() => pendingMigrations(database, migrations)).toThrow(/newer Hostscope/);
});

test("a migration that fails leaves the old schema", () => {
  const broken = [...readMigrations("prisma/migrations"), { name: "9000_broken", sql: "CREATE TABLE half (x); NONSENSE" }];
  expect(() => migrate(database, broken, 1)).toThrow();
  expect(database.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'half'").pluck().get()).toBe(0);
  expect(pendingMigrations(database, broken).map(({ name }) => name)).toEqual(["9000_broken"]);
});

const openStore = (now: number) =>
  Store.open(
    {
      path,
      intervalMs: 1000,
      historySize: 4,
      retention: { raw: 1e6, processes: 1e6, minute: 1e6, hour: 1e6, tables: 1e6, alerts: 1e6, maxBytes: 2 ** 30 },
      onError: (error) => {
        throw error;
      },
    },
    now,
  );

/** A counter that grows by 10 a second and a gauge whose value is the second. */
const ticking = (at: number) => sample(at, [1, at / 100, at / 1000]);

test("a data folder that is gone for a while ends nothing, and is told once", async () => {
  const failed: unknown[] = [];
  const retention = { raw: 1e6, processes: 1e6, minute: 1e6, hour: 1e6, tables: 1e6, alerts: 1e6, maxBytes: 2 ** 30 };
  const options = {
    path,
    intervalMs: 1000,
    historySize: 60,
    retention,
    onError: (_error: unknown, what: string) => failed.push(what),
  };
  const store = await Store.open(options, 1000);
  const before = store.checkSpace();
  renameSync(folder, `${folder}-away`);
  expect([store.checkSpace(), store.checkSpace()]).toEqual([before, before]);
  renameSync(`${folder}-away`, folder);
  expect(store.checkSpace().writable).toBe(before.writable);
  expect(failed).toEqual(["reading the free disk space"]);
  await store.close();
});

test("maintenance that a last tick asks for after the end does nothing", async () => {
  const failed: unknown[] = [];
  const retention = { raw: 1e6, processes: 1e6, minute: 1e6, hour: 1e6, tables: 1e6, alerts: 1e6, maxBytes: 2 ** 30 };
  const store = await Store.open(
    { path, intervalMs: 1000, historySize: 60, retention, onError: (error) => failed.push(error) },
    1000,
  );
  await store.close();
  store.maintain(8_000_000, 8_000_000);
  expect(failed).toEqual([]);
});

test("history joins the log and memory without a seam, rates included", async () => {
  const writer = new SampleLogWriter(database);
  for (let at = 1000; at <= 10_000; at += 1000) writer.append(ticking(at));
  const store = await openStore(10_000);
  const request = { from: 1000, to: 11_000, points: 720, aggregate: "avg" as const };
  const gauge = store.history({ ...request, name: "system.memory.utilization" });
  expect(gauge.timestamps).toEqual([1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000]);
  expect(gauge.series[0]?.values).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const rate = store.history({ ...request, name: "system.cpu.context_switches" });
  expect(rate.series[0]?.values).toEqual([null, 10, 10, 10, 10, 10, 10, 10, 10, 10]);
  await store.close();
});

test.each([
  ["avg", [2.5, 6.5]],
  ["min", [1, 5]],
  ["max", [4, 8]],
  ["last", [4, 8]],
] as const)("steps of five seconds by %s, with the extremes beside", async (aggregate, values) => {
  const writer = new SampleLogWriter(database);
  for (let at = 1000; at <= 8000; at += 1000) writer.append(ticking(at));
  const store = await openStore(8000);
  const answer = store.history({ name: "system.memory.utilization", from: 0, to: 9000, points: 2, aggregate });
  expect(answer.stepSeconds).toBe(5);
  expect(answer.series[0]).toMatchObject({ values, min: [1, 5], max: [4, 8] });
  await store.close();
});

test("a gap in the samples is null in the history", async () => {
  const writer = new SampleLogWriter(database);
  for (const at of [1000, 2000, 5000]) writer.append(ticking(at));
  const store = await openStore(5000);
  const { series } = store.history({ name: "system.memory.utilization", from: 1000, to: 6000, points: 100, aggregate: "avg" });
  expect(series[0]?.values).toEqual([1, 2, null, null, 5]);
  await store.close();
});

test("the bundle holds the totals and not every device", async () => {
  const labels = (direction: string) => ({ "disk.io.direction": direction });
  const readings: Reading[] = [
    { metric: "hostscope.sample.interval", value: 1 },
    { metric: "system.disk.io", labels: { ...labels("read"), "system.device": "sda" }, value: 0 },
  ];
  const series = readings.map(seriesOf);
  const writer = new SampleLogWriter(database);
  writer.append(sample(1000, [1, 0], series));
  writer.append(sample(2000, [1, 512], series));
  const store = await openStore(2000);
  const bundle = store.history({ name: "system", from: 1000, to: 3000, points: 10, aggregate: "avg" });
  expect(bundle.series).toEqual([{ metric: "system.disk.io", labels: labels("read"), unit: "By/s", values: [null, 512] }]);
  await store.close();
});

test("a setting is kept with the time of its change", async () => {
  const store = await openStore(0);
  expect(await store.setting("monitoring")).toBeNull();
  await store.setSetting("monitoring", "stopped", new Date(5000));
  await store.setSetting("monitoring", "running", new Date(6000));
  expect(await store.setting("monitoring")).toMatchObject({ value: "running", changedAt: new Date(6000) });
  await store.close();
});
