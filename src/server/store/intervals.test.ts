/** History at any interval, across a change of the interval and a clock that is set back. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Sample, Series } from "~/domain/sample";
import { openDatabase } from "./file/database";
import { migrate, readMigrations } from "./file/migrate";
import { SampleLogWriter } from "./series/sample-log";
import { HOUR_MS } from "./series/tiers";
import { Store } from "./store";

let folder: string;
let path: string;
let database: Database.Database;
let writer: SampleLogWriter;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-intervals-"));
  path = join(folder, "hostscope.db");
  database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  writer = new SampleLogWriter(database);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const START = 1_700_000_000_000 - (1_700_000_000_000 % (24 * HOUR_MS));
const layout: Series[] = ["hostscope.sample.interval", "system.cpu.context_switches", "system.memory.utilization"].map(
  (metric) => ({
    metric,
    labels: {},
  }),
);

/** 100 context switches per second of real time; `gauge` identifies the run. */
function sampleAt(
  second: number,
  every: number,
  { gauge = 0.5, counted = second }: { gauge?: number; counted?: number } = {},
): Sample {
  return { at: START + second * 1000, series: layout, values: Float64Array.of(every, 100 * counted, gauge) };
}

function logRange(from: number, to: number, every: number): void {
  database.transaction(() => {
    for (let second = from; second < to; second += every) writer.append(sampleAt(second, every));
  })();
}

async function openStore(second: number, intervalSeconds: number): Promise<Store> {
  const week = 7 * 86_400;
  const retention = {
    raw: week,
    processes: week,
    minute: 90 * 86_400,
    hour: 730 * 86_400,
    tables: week,
    alerts: week,
    maxBytes: 2 ** 30,
  };
  const onError = (error: unknown) => {
    throw error;
  };
  return Store.open({ path, intervalMs: intervalSeconds * 1000, historySize: 600, retention, onError }, START + second * 1000);
}

function maintainAll(store: Store, second: number): void {
  for (let slice = 0; slice < 600; slice++) store.maintain(START + second * 1000, second * 1000);
}

const SWITCHES = "system.cpu.context_switches";
const MEMORY = "system.memory.utilization";

function ask(store: Store, name: string, from: number, to: number) {
  const history = store.history({ name, from: START + from * 1000, to: START + to * 1000, points: 2000, aggregate: "avg" });
  return { ...history, values: history.series[0]?.values ?? [] };
}

test.each([1, 5, 10, 60])("at an interval of %i s: every sample, its rate, and a gap where one is missing", async (every) => {
  const end = 2 * 3600 + 600;
  const [gapFrom, gapTo] = [1200, 1800];
  logRange(0, gapFrom, every);
  logRange(gapTo, end, every);
  const store = await openStore(end, every);
  const check = () => {
    const { stepSeconds, values } = ask(store, SWITCHES, 600, 2400);
    expect(stepSeconds).toBe(every);
    expect(values).toHaveLength(1800 / every);
    for (const [index, value] of values.entries()) {
      const second = 600 + index * every;
      // The first sample after a gap has no predecessor to compute a rate from.
      if (second >= gapFrom && second <= gapTo) expect(value, `second ${second}`).toBeNull();
      else expect(value, `second ${second}`).toBeCloseTo(100, 6);
    }
    const gauges = ask(store, MEMORY, gapFrom, gapTo + every).values;
    expect(gauges.filter((value) => value !== null)).toEqual([0.5]);
  };
  check();
  maintainAll(store, end);
  expect(database.prepare("SELECT count(DISTINCT start) FROM chunks").pluck().get()).toBe(2);
  check();
  const hours = store.history({ name: MEMORY, from: START, to: START + 2 * HOUR_MS, points: 2, aggregate: "avg" });
  expect(hours.series[0]?.values).toEqual([0.5, 0.5]);
  await store.close();
});

test.each([180, 300, 900, 1800, 3600])("at an interval of %i s every sealed sample has its rate", async (every) => {
  const end = 8 * 3600 + 600;
  logRange(0, end, every);
  const store = await openStore(end, every);
  const check = () => {
    const { stepSeconds, values } = ask(store, SWITCHES, 3600, 8 * 3600);
    expect(values).toHaveLength((7 * 3600) / stepSeconds);
    for (const value of values) expect(value).toBeCloseTo(100, 6);
  };
  check();
  maintainAll(store, end);
  expect(database.prepare("SELECT count(DISTINCT start) FROM chunks").pluck().get()).toBe(8);
  check();
  const hours = store.history({ name: SWITCHES, from: START, to: START + 8 * HOUR_MS, points: 8, aggregate: "avg" });
  expect(hours.series[0]?.values.slice(1)).toEqual(Array(7).fill(expect.closeTo(100, 3)));
  await store.close();
});

test.each([
  [1, 5],
  [5, 1],
  [1, 60],
  [60, 10],
])("from an interval of %i s to one of %i s in one history nothing is lost and no rate is wrong", async (before, after) => {
  const change = 1800;
  logRange(0, change, before);
  logRange(change, 4200, after);
  const store = await openStore(4200, after);
  const check = () => {
    const { values, stepSeconds } = ask(store, SWITCHES, 60, 3600);
    const read = values.filter((value) => value !== null);
    for (const value of read) expect(value).toBeCloseTo(100, 6);
    // The sample at the change has no rate, nor do steps between two samples.
    const expected = (change - 60) / Math.max(before, stepSeconds) + (3600 - change) / Math.max(after, stepSeconds);
    expect(read.length).toBeGreaterThanOrEqual(Math.floor(expected) - 2);
  };
  check();
  maintainAll(store, 4200);
  check();
  await store.close();
});

test("a clock that is set back into a sealed hour: later readings stand, the others stay, in chunks and rollups too", async () => {
  logRange(0, 2 * 3600 + 300, 1);
  let store = await openStore(2 * 3600 + 300, 1);
  maintainAll(store, 2 * 3600 + 300);
  expect(database.prepare("SELECT count(DISTINCT start) FROM chunks").pluck().get()).toBe(2);
  // Back to half past the second hour, for twenty minutes. The kernel's counters keep counting.
  const again = 3600 + 1800;
  for (let second = 0; second < 1200; second++) {
    // After a step back the sampler's first sample has no interval.
    writer.append(sampleAt(again + second, second === 0 ? Number.NaN : 1, { gauge: 0.9, counted: 2 * 3600 + 300 + second }));
  }
  await store.close();
  store = await openStore(again + 1200, 1);
  const check = () => {
    const { values } = ask(store, MEMORY, again - 10, again + 1210);
    expect(values.slice(0, 10)).toEqual(Array(10).fill(0.5));
    expect(values.slice(10, 1210)).toEqual(Array(1200).fill(0.9));
    expect(values.slice(1210)).toEqual(Array(10).fill(0.5));
    for (const value of ask(store, SWITCHES, 3600, 7200).values) if (value !== null) expect(value).toBeCloseTo(100, 6);
  };
  check();
  maintainAll(store, 3 * 3600);
  check();
  expect(
    database
      .prepare("SELECT count(*) FROM sample_log WHERE at < ?")
      .pluck()
      .get(START + 2 * HOUR_MS),
  ).toBe(0);
  const minutes = store.history({ name: MEMORY, from: START + HOUR_MS, to: START + 2 * HOUR_MS, points: 60, aggregate: "avg" });
  expect(minutes).toMatchObject({ resolutionSeconds: 60 });
  const expected = Array.from({ length: 60 }, (_, minute) => (minute >= 30 && minute < 50 ? 0.9 : 0.5));
  expect(minutes.series[0]?.values).toEqual(expected);
  await store.close();
});

test("a clock that is set back into an hour of which only minutes are left adds to them and takes nothing away", async () => {
  logRange(0, 3 * 3600 + 300, 1);
  const store = await openStore(3 * 3600 + 300, 1);
  maintainAll(store, 3 * 3600 + 300);
  // What retention does at the age of samples.
  database.prepare("DELETE FROM chunks WHERE start < ?").run(START + 2 * HOUR_MS);
  const read = (points: number) => {
    const hour = { from: START + HOUR_MS, to: START + 2 * HOUR_MS, points, aggregate: "avg" as const };
    return store.history({ name: MEMORY, ...hour }).series[0];
  };
  // Twice, as a clock may be wrong again.
  for (const minute of [30, 40]) {
    for (let second = 0; second < 60; second++) writer.append(sampleAt(3600 + 60 * minute + second, 1, { gauge: 0.9 }));
    maintainAll(store, 4 * 3600 + minute);
  }
  const expected = Array.from({ length: 60 }, (_, minute) => (minute === 30 || minute === 40 ? 0.7 : 0.5));
  expect(read(60)?.values).toEqual(expected.map((value) => expect.closeTo(value, 4)));
  const whole = read(1);
  expect(whole?.min).toEqual([0.5]);
  expect(whole?.max).toEqual([0.9]);
  expect(whole?.values).toEqual([expect.closeTo((3600 * 0.5 + 120 * 0.9) / 3720, 4)]);
  expect(store.oldestSample()).toBe(START + 2 * HOUR_MS);
  await store.close();
});

test("a clock that was a day ahead for a while does not stop the present from being sealed and read", async () => {
  logRange(20 * 3600, 21 * 3600 + 300, 1);
  let store = await openStore(21 * 3600 + 300, 1);
  maintainAll(store, 21 * 3600 + 300);
  await store.close();
  logRange(0, 3600 + 300, 1);
  store = await openStore(3600 + 300, 1);
  expect(ask(store, SWITCHES, 3600, 3900).values.filter((value) => value !== null).length).toBeGreaterThan(290);
  maintainAll(store, 3600 + 300);
  expect(ask(store, SWITCHES, 100, 3700).values.filter((value) => value !== null)).toHaveLength(1800);
  expect(database.prepare("SELECT count(DISTINCT start) FROM chunks").pluck().get()).toBe(2);
  await store.close();
});

test("after the clock was set back, what it logged ahead does not wait to be written", async () => {
  const now = 3600;
  const ahead = now + 86_400;
  const store = await openStore(now, 1);
  for (const from of [ahead, now]) {
    logRange(from, from + 30, 1);
    for (let second = from; second < from + 30; second++) {
      const sample = sampleAt(second, 1);
      const frame = { at: sample.at, series: [], values: new Float64Array() };
      store.add(sample, frame, { at: sample.at, staleMs: 0, changed: [], exited: [] });
    }
  }
  expect(store.unwrittenSamples()).toEqual([]);
  await store.close();
});

test("samples of a clock that was ahead are not taken for the newest after a restart, and are deleted once the clock is steady", async () => {
  const now = 3600;
  const ahead = now + 365 * 86_400;
  logRange(now - 300, now, 1);
  logRange(ahead, ahead + 600, 1);
  const store = await openStore(now, 1);
  expect(store.newestAt()).toBe(START + (now - 1) * 1000);
  expect([...store.recent(0)]).toHaveLength(300);
  // The database takes none for the moment: these are only in memory.
  for (let second = now; second < now + 60; second++) {
    const sample = sampleAt(second, 1);
    store.add(
      sample,
      { at: sample.at, series: [], values: new Float64Array() },
      { at: sample.at, staleMs: 0, changed: [], exited: [] },
    );
  }
  expect(store.unwrittenSamples()).toHaveLength(60);
  const inFuture = () =>
    database
      .prepare("SELECT count(*) FROM sample_log WHERE at > ?")
      .pluck()
      .get(START + ahead * 1000 - 1);
  for (let slice = 0; slice < 300; slice++) store.maintain(START + (now + slice) * 1000, slice * 1000);
  expect(inFuture()).toBe(600);
  for (let slice = 3700; slice < 4000; slice++) store.maintain(START + (now + slice) * 1000, slice * 1000);
  expect(inFuture()).toBe(0);
  await store.close();
});

test("a start with a clock that is behind reads none of the history that lies ahead", async () => {
  logRange(48 * 3600, 50 * 3600 + 300, 10);
  let store = await openStore(50 * 3600 + 300, 10);
  maintainAll(store, 50 * 3600 + 300);
  await store.close();
  store = await openStore(1800, 10);
  expect([...store.recent(0)]).toEqual([]);
  await store.close();
});
