/** Which metrics had a value, over samples, minutes and hours. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { hasValue } from "~/domain/history";
import type { Series } from "~/domain/sample";
import { openDatabase } from "../file/database";
import { migrate, readMigrations } from "../file/migrate";
import { Store } from "../store";
import { SampleLogWriter } from "./sample-log";
import { HOUR_MS, Tiers } from "./tiers";

const START = 1_700_000_000_000 - (1_700_000_000_000 % (24 * HOUR_MS));
const HOURS = 30;
const EVERY_S = 10;
const NOW = START + HOURS * HOUR_MS + 600_000;
const WEEK = 7 * 86_400;
const RETENTION = {
  raw: 7200,
  processes: WEEK,
  minute: WEEK,
  hour: WEEK,
  tables: WEEK,
  alerts: WEEK,
  maxBytes: 2 ** 30,
};

const at = (hour: number, minute: number) => START + hour * HOUR_MS + minute * 60_000;
/** Value of each metric at a moment. */
const METRICS: Readonly<Record<string, (moment: number) => number>> = {
  always: () => 5,
  never: () => 0,
  "once in the second hour": (moment) => (moment === at(1, 20) ? 7 : 0),
  "below zero in the tenth hour": (moment) => (moment === at(9, 30) ? -1 : 0),
  "in the last minutes": (moment) => (moment > at(HOURS, 5) ? 1 : 0),
};
const NAMES = Object.keys(METRICS);
const LAYOUT: Series[] = ["hostscope.sample.interval", ...NAMES].map((metric) => ({ metric, labels: {} }));

let folder: string;
let database: Database.Database;
let store: Store;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-active-"));
  const path = join(folder, "hostscope.db");
  database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  const writer = new SampleLogWriter(database);
  database.transaction(() => {
    for (let moment = START; moment < NOW; moment += EVERY_S * 1000)
      writer.append({
        at: moment,
        series: LAYOUT,
        values: Float64Array.from([EVERY_S, ...Object.values(METRICS).map((value) => value(moment))]),
      });
  })();
  const onError = (error: unknown) => {
    throw error;
  };
  store = await Store.open({ path, intervalMs: EVERY_S * 1000, historySize: 60, retention: RETENTION, onError }, NOW);
  store.maintain(NOW - 2 * HOUR_MS, NOW - 2 * HOUR_MS);
  for (let slice = 0; slice < 3000; slice++) store.maintain(NOW, NOW);
});

afterAll(async () => {
  await store.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ["all of it", START, NOW, ["always", "once in the second hour", "below zero in the tenth hour", "in the last minutes"]],
  ["a day", at(0, 0), at(24, 0), ["always", "once in the second hour", "below zero in the tenth hour"]],
  ["an hour of minutes", at(1, 0), at(2, 0), ["always", "once in the second hour"]],
  ["the minutes before", at(0, 0), at(1, 20), ["always"]],
  ["the newest samples", at(HOURS, 0), NOW, ["always", "in the last minutes"]],
  ["before the first sample", START - 24 * HOUR_MS, START, []],
])("%s", (_what, from, to, expected) => {
  const metrics = store.reader.activeAtOnce({ metrics: NAMES, from, to });
  expect(metrics).toEqual(expected.toSorted());
  const history = store.history({ name: "all", metrics: NAMES, from, to, points: 500, aggregate: "max" });
  expect(metrics).toEqual([...new Set(history.series.filter(hasValue).map(({ metric }) => metric))].sort());
});

test("minutes and hours are told to be as old as their first reading, also when the samples of that time are gone", () => {
  const tiers = new Map(store.storage(NOW).tiers.map((tier) => [tier.name, tier.oldest]));
  expect(tiers.get("samples")).toBeGreaterThan(at(24, 0));
  expect([tiers.get("minutes"), tiers.get("hours")]).toEqual([START, START]);
});

/** Columns that are decoded meanwhile. */
function columnsOf(read: () => unknown): number {
  const looked = vi.spyOn(Tiers.prototype, "column");
  read();
  const { length } = looked.mock.calls;
  looked.mockRestore();
  return length;
}

test("the past of a metric that is active now is not read, and of the others the extremes", () => {
  const range = { from: START, to: NOW };
  const [active, never] = ["in the last minutes", "never"].map((name) =>
    columnsOf(() => store.reader.activeAtOnce({ metrics: [name], ...range })),
  ) as [number, number];
  const history = columnsOf(() => store.history({ name: "never", ...range, points: 12, aggregate: "max" }));
  expect(active).toBeLessThan(never);
  expect(never).toBeLessThan(history);
});
