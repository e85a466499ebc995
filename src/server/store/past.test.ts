/** Sealed history: a query must return what was read. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import type Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ProcessDelta, ProcessRow } from "~/domain/process";
import type { Sample, Series } from "~/domain/sample";
import { processRow } from "../../../tests/helpers/process-row";
import { openDatabase } from "./file/database";
import { migrate, readMigrations } from "./file/migrate";
import { Retention } from "./file/retention";
import { ProcessHistory } from "./processes/process-history";
import { ProcessTable } from "./processes/process-table";
import { chunkChecksum } from "./series/chunk";
import { SampleLogWriter } from "./series/sample-log";
import { HOUR_MS, ROLLUP_COLUMNS, Tiers } from "./series/tiers";
import { Store } from "./store";
import { StoreReader } from "./store-reader";

let folder: string;
let path: string;
let database: Database.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-past-"));
  path = join(folder, "hostscope.db");
  database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const WEEK = 7 * 86_400;
const RETENTION = {
  raw: WEEK,
  processes: WEEK,
  minute: 90 * 86_400,
  hour: 730 * 86_400,
  tables: WEEK,
  alerts: WEEK,
  maxBytes: 2 ** 30,
};
const START = 1_700_000_000_000 - (1_700_000_000_000 % (24 * HOUR_MS));

const layout: Series[] = [
  { metric: "hostscope.sample.interval", labels: {} },
  { metric: "system.cpu.context_switches", labels: {} },
  { metric: "system.memory.utilization", labels: {} },
  { metric: "system.cpu.time", labels: { "cpu.mode": "user", "cpu.logical_number": "0" } },
  { metric: "system.cpu.time", labels: { "cpu.mode": "idle", "cpu.logical_number": "0" } },
];

/**
 * Second `n` since START: 100 context switches a second, a gauge with the second of the hour, a core a quarter busy; one spike.
 */
function sampleAt(second: number, spike = -1): Sample {
  const gauge = second === spike ? 0.99 : (second % 3600) / 10_000;
  return {
    at: START + second * 1000,
    series: layout,
    values: Float64Array.of(1, 100 * second, gauge, Math.round(25 * second) / 100, Math.round(75 * second) / 100),
  };
}

function logSeconds(from: number, to: number, { every = 1, spike = -1 }: { every?: number; spike?: number } = {}): void {
  const writer = new SampleLogWriter(database);
  database.transaction(() => {
    for (let second = from; second < to; second += every) {
      const sample = sampleAt(second, spike);
      sample.values[0] = every;
      writer.append(sample);
    }
  })();
}

async function openStore(now: number, retention = RETENTION): Promise<Store> {
  return Store.open(
    {
      path,
      intervalMs: 1000,
      historySize: 600,
      retention,
      onError: (error) => {
        throw error;
      },
    },
    now,
  );
}

/** Runs enough maintenance to finish all work. */
function maintainAll(store: Store, now: number): void {
  // Its clock has been right for hours.
  store.maintain(now - 2 * HOUR_MS, now - 2 * HOUR_MS);
  for (let slice = 0; slice < 600; slice++) store.maintain(now, now);
}

const tableCount = (table: string) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;

test("sealing an hour changes no answer, to the bit", async () => {
  logSeconds(0, 4200);
  const now = START + 4200_000;
  const store = await openStore(now);
  const ask = (name: string) => store.history({ name, from: START + 600_000, to: now, points: 2000, aggregate: "avg" });
  const metrics = ["system.cpu.context_switches", "system.memory.utilization", "system.cpu.utilization"];
  const before = metrics.map(ask);
  maintainAll(store, now);
  expect(tableCount("chunks")).toBeGreaterThan(0);
  expect(tableCount("sample_log")).toBeLessThan(800);
  expect(metrics.map(ask)).toEqual(before);
  await store.close();
});

test("minutes and hours are as old as the first samples, not as the day and the month of their block", async () => {
  logSeconds(3600, 4 * 3600 + 200);
  const now = START + (4 * 3600 + 200) * 1000;
  const store = await openStore(now);
  maintainAll(store, now);
  const oldest = Object.fromEntries(store.storage(now).tiers.map((tier) => [tier.name, tier.oldest]));
  const first = START + HOUR_MS;
  expect(oldest).toMatchObject({ samples: first, minutes: first, hours: first });
  await store.close();
});

test("since when readings are kept does not move when an hour is sealed", async () => {
  logSeconds(0, 3900);
  const now = START + 3900_000;
  const store = await openStore(now);
  expect(store.since()).toBe(START);
  maintainAll(store, now);
  expect(store.since()).toBe(START);
  await store.close();
});

test("a sealed hour in which everything began is told to begin when its process table did", async () => {
  logSeconds(2094, 3900);
  const now = START + 3900_000;
  const store = await openStore(now);
  expect(store.firstReading()).toBe(START + 2_094_000);
  maintainAll(store, now);
  expect(store.firstReading()).toBe(START);
  const { intervalMs, definitionOf, ring } = store.reader.parts;
  const unwritten = () => [{ start: START + 2_094_000, block: { v: 1, chain: "c", n: 0, ticks: [] } }];
  expect(new StoreReader(database, { intervalMs, definitionOf, ring, unwritten }).firstReading()).toBe(START + 2_094_000);
  await store.close();
});

test("minutes and hours keep the mean and the spike of one second", async () => {
  logSeconds(0, 2 * 3600 + 200, { spike: 1234 });
  const now = START + (2 * 3600 + 200) * 1000;
  const store = await openStore(now);
  maintainAll(store, now);
  const minutes = store.history({
    name: "system.memory.utilization",
    from: START,
    to: START + 2 * HOUR_MS,
    points: 120,
    aggregate: "avg",
  });
  expect(minutes).toMatchObject({ stepSeconds: 60, resolutionSeconds: 60 });
  expect(minutes.series[0]?.max?.[20]).toBe(0.99);
  expect(minutes.series[0]?.values[0]).toBeCloseTo(0.00295, 5);
  const hours = store.history({
    name: "system.memory.utilization",
    from: START,
    to: START + 2 * HOUR_MS,
    points: 2,
    aggregate: "max",
  });
  expect(hours).toMatchObject({ stepSeconds: 3600, resolutionSeconds: 3600 });
  expect(hours.series[0]?.values[0]).toBe(0.99);
  const rate = store.history({
    name: "system.cpu.context_switches",
    from: START,
    to: START + 2 * HOUR_MS,
    points: 2,
    aggregate: "avg",
  });
  expect(rate.series[0]?.values).toEqual([100, 100]);
  await store.close();
});

test("of a series without a reading in the range nothing but its counts is decoded", async () => {
  logSeconds(0, 3600);
  const writer = new SampleLogWriter(database);
  database.transaction(() => {
    for (let second = 3600; second < 3 * 3600 + 200; second++) {
      const { at, series, values } = sampleAt(second);
      writer.append({ at, series: series.slice(0, 2), values: values.slice(0, 2) });
    }
  })();
  const now = START + (3 * 3600 + 200) * 1000;
  const store = await openStore(now);
  maintainAll(store, now);
  const decoded = vi.spyOn(Tiers.prototype, "column");
  const range = { from: START + 2 * HOUR_MS, to: START + 3 * HOUR_MS };
  const { series } = store.history({ name: "system.memory.utilization", ...range, points: 60, aggregate: "avg" });
  const ofRollups = decoded.mock.calls.map(([, index]) => index % ROLLUP_COLUMNS);
  decoded.mockRestore();
  expect(series).toEqual([]);
  expect(ofRollups.filter((column) => column !== ROLLUP_COLUMNS - 1)).toEqual([]);
  await store.close();
});

test("a range from the beginning of time to its end looks only for blocks that exist", async () => {
  logSeconds(0, 2 * 3600 + 200);
  const now = START + (2 * 3600 + 200) * 1000;
  const store = await openStore(now);
  maintainAll(store, now);
  const looked = vi.spyOn(Tiers.prototype, "rollup");
  const range = { from: 0, to: 8_640_000_000_000_000 };
  const { series } = store.history({ name: "system.memory.utilization", ...range, points: 2000, aggregate: "avg" });
  expect(series[0]?.values.filter((value) => value !== null)).toHaveLength(1);
  expect([...store.reader.replay("system.memory.utilization", range).frames].length).toBeGreaterThan(7000);
  expect(looked.mock.calls.length).toBeLessThan(5);
  looked.mockRestore();
  await store.close();
});

test("a range that reaches from sealed hours to now has no seam", async () => {
  logSeconds(0, 2 * 3600 + 300);
  const now = START + (2 * 3600 + 300) * 1000;
  const store = await openStore(now);
  maintainAll(store, now);
  const { series, timestamps } = store.history({
    name: "system.cpu.context_switches",
    from: START,
    to: now,
    points: 2000,
    aggregate: "avg",
  });
  const values = series[0]?.values ?? [];
  expect(values).toHaveLength(timestamps.length);
  expect(values.slice(1).every((value) => Math.abs((value ?? 0) - 100) < 0.01)).toBe(true);
  await store.close();
});

test("an interval that changed within an hour is kept as it was", async () => {
  logSeconds(0, 1800);
  logSeconds(1800, 3600, { every: 5 });
  logSeconds(3600, 3900, { every: 5 });
  const now = START + 3900_000;
  const store = await openStore(now);
  maintainAll(store, now);
  const { series } = store.history({
    name: "system.cpu.context_switches",
    from: START + 1700_000,
    to: START + 1900_000,
    points: 200,
    aggregate: "avg",
  });
  const read = (series[0]?.values ?? []).filter((value) => value !== null);
  // No rate for the first sample after the change: its interval differs from the time since the previous sample.
  expect(read).toHaveLength(100 + 19);
  expect(new Set(read)).toEqual(new Set([100]));
  await store.close();
});

test("a flipped bit in a chunk gives a gap and a count, never another number", async () => {
  logSeconds(0, 3900);
  const now = START + 3900_000;
  const store = await openStore(now);
  maintainAll(store, now);
  const { id, data } = database.prepare("SELECT id, data FROM chunks LIMIT 1").get() as { id: number; data: Buffer };
  data[data.length - 5] = (data[data.length - 5] as number) ^ 4;
  database.prepare("UPDATE chunks SET data = ? WHERE id = ?").run(data, id);
  const { series } = store.history({
    name: "system.memory.utilization",
    from: START,
    to: START + 600_000,
    points: 600,
    aggregate: "avg",
  });
  expect(series.flatMap(({ values }) => values.filter((value) => value !== null))).toEqual([]);
  expect(store.damagedRows).toBeGreaterThan(0);
  await store.close();
});

test("old hours go by age, their minutes stay, and a query says its resolution", async () => {
  logSeconds(0, 7500);
  const now = START + 7500_000;
  const store = await openStore(now, { ...RETENTION, raw: 86_400 });
  maintainAll(store, now);
  maintainAll(store, now + 2 * 86_400_000);
  // The newest hour stays: it marks how far the past is sealed.
  expect(database.prepare("SELECT count(DISTINCT start) FROM chunks").pluck().get()).toBe(1);
  const later = store.history({
    name: "system.memory.utilization",
    from: START,
    to: START + 600_000,
    points: 600,
    aggregate: "avg",
  });
  expect(later.resolutionSeconds).toBe(60);
  expect(later.stepSeconds).toBe(60);
  expect(later.series[0]?.values.filter((value) => value !== null).length).toBe(10);
  await store.close();
});

test("what is older than the minutes is answered by hours, at their step, and a range that was never measured changes no step", async () => {
  logSeconds(0, 7500);
  const now = START + 7500_000;
  const store = await openStore(now, { ...RETENTION, raw: 86_400, minute: 2 * 86_400 });
  maintainAll(store, now);
  const ask = (from: number, to: number) =>
    store.history({ name: "system.memory.utilization", from, to, points: 600, aggregate: "avg" });
  // Before the first sample, with samples that are still there.
  expect(ask(START - 600_000, START + 600_000)).toMatchObject({ stepSeconds: 2, resolutionSeconds: 1 });
  maintainAll(store, now + 30 * 86_400_000);
  expect(database.prepare("SELECT count(*) FROM rollups WHERE tier = 60").pluck().get()).toBe(0);
  const later = ask(START, START + 1_800_000);
  expect(later).toMatchObject({ stepSeconds: 3600, resolutionSeconds: 3600 });
  expect(later.series[0]?.values[0]).toBeCloseTo(0.18, 3);
  await store.close();
});

test("alerts that are over and messages that were sent go by age, the others stay", () => {
  const alert = database.prepare(
    "INSERT INTO alerts (id, timestamp, alert_type, severity, message, metric, labels, unit, cause, resolved, resolved_at) VALUES (?, ?, '', '', '', '', '{}', '1', '[]', ?, ?)",
  );
  const message = database.prepare(
    "INSERT INTO notifications (id, channel, message, created_at, next_attempt_at, sent_at) VALUES (?, 'mail', '{}', ?, ?, ?)",
  );
  const iso = (daysAgo: number) => new Date(START - daysAgo * 86_400_000).toISOString();
  alert.run("over, old", iso(20), 1, iso(19));
  alert.run("over, new", iso(20), 1, iso(2));
  alert.run("firing, old", iso(20), 0, null);
  message.run("sent, old", iso(20), iso(20), iso(19));
  message.run("sent, new", iso(3), iso(3), iso(2));
  message.run("waiting, old", iso(20), iso(20), null);
  const upkeep = new Retention(database, RETENTION);
  for (let slice = 0; slice < 100; slice++) upkeep.step(START);
  const ids = (table: string) => database.prepare(`SELECT id FROM ${table} ORDER BY id`).pluck().all();
  expect(ids("alerts")).toEqual(["firing, old", "over, new"]);
  expect(ids("notifications")).toEqual(["sent, new", "waiting, old"]);
});

test("over the size cap the oldest hour goes first", () => {
  const insert = database.prepare('INSERT INTO chunks (start, interval, "group", data, crc) VALUES (?, 1000, 0, ?, 0)');
  for (let hour = 0; hour < 300; hour++) insert.run(START + hour * HOUR_MS, Buffer.alloc(100_000, hour));
  const upkeep = new Retention(database, { ...RETENTION, raw: 1e9, maxBytes: 20_000_000 });
  for (let slice = 0; slice < 2000; slice++) upkeep.step(START + 300 * HOUR_MS + slice);
  const { bytes, freeBytes } = upkeep.size();
  expect(bytes - freeBytes).toBeLessThanOrEqual(20_000_000);
  expect(bytes).toBeLessThan(22_000_000);
  expect(database.prepare("SELECT max(start) FROM chunks").pluck().get()).toBe(START + 299 * HOUR_MS);
  expect(tableCount("chunks")).toBeGreaterThan(150);
});

function process(pid: number, change: Partial<ProcessRow> = {}): ProcessRow {
  return processRow(pid, { startedAt: START, command: `run ${pid}`, memoryBytes: 4096 * pid, virtualBytes: 8192, ...change });
}

test("the process table comes back as it was at any second, before and after a restart", () => {
  const table = new ProcessTable();
  const kept = new Map<number, ProcessRow[]>();
  let history = new ProcessHistory(database);
  const tick = (second: number, delta: Omit<ProcessDelta, "at" | "staleMs">) => {
    const full: ProcessDelta = { at: START + second * 1000, staleMs: 0, ...delta };
    table.apply(full);
    history.add(full, table);
    history.flush();
    kept.set(
      full.at,
      [...table.all()].sort((a, b) => a.pid - b.pid),
    );
  };
  for (let second = 0; second < 1500; second++) {
    const changed =
      second === 0
        ? [process(1), process(2), process(3)]
        : [process(2 + (second % 50), { cpu: (second % 100) / 100, openFiles: second, group: "docker 3f2a91c07d44" })];
    tick(second, { changed, exited: second % 70 === 69 ? [2 + ((second - 5) % 50)] : [] });
  }
  const check = () => {
    for (const second of [0, 1, 59, 60, 61, 599, 600, 777, 1499]) {
      const at = START + second * 1000;
      const found = history.archive.at(at + 500);
      expect(found?.at).toBe(at);
      expect(found?.rows.sort((a, b) => a.pid - b.pid)).toEqual(kept.get(at));
    }
  };
  check();
  history.finish();
  history = new ProcessHistory(database);
  check();
  expect(history.archive.at(START - 1000)).toBeNull();
  expect(history.archive.at(START + 10 * HOUR_MS)).toBeNull();
});

test("a damaged minute is no table rather than a wrong one", () => {
  const table = new ProcessTable();
  const history = new ProcessHistory(database);
  for (let second = 0; second < 120; second++) {
    const delta = { at: START + second * 1000, staleMs: 0, changed: [process(1)], exited: [] };
    table.apply(delta);
    history.add(delta, table);
  }
  history.finish();
  database.prepare("UPDATE process_blocks SET data = zeroblob(50) WHERE start = ?").run(START);
  const again = new ProcessHistory(database);
  expect(again.archive.at(START + 90_000)).toBeNull();
  expect(again.archive.damagedRows).toBe(1);
});

test("a block of the version before is read, and what it does not tell is null", () => {
  const { openFiles: _files, group: _group, ...known } = process(1);
  const block = {
    v: 2,
    chain: "before",
    n: 0,
    ticks: [
      {
        t: 0,
        stale: 0,
        all: true,
        changed: [[1, "sleeping", 0, 4, 8, 1, null, null]],
        identities: [[1, START, 1, "p1", "run 1", "ann"]],
        exited: [],
      },
    ],
  };
  const data = deflateRawSync(JSON.stringify(block));
  database
    .prepare("INSERT INTO process_blocks (start, data, crc) VALUES (?, ?, ?)")
    .run(START, data, chunkChecksum([START], data));
  expect(new ProcessHistory(database).archive.at(START)?.rows).toEqual([{ ...known, openFiles: null, group: null }]);
});
