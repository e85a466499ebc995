/** How much an answer takes: what lived for seconds takes little, and of too many series the largest are told. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { builtInDefinition } from "~/domain/metric";
import type { Sample, Series } from "~/domain/sample";
import { openDatabase } from "../file/database";
import { migrate, readMigrations } from "../file/migrate";
import { StoreReader } from "../store-reader";
import { Ring } from "./ring";

const START = 1_700_000_000_000 - (1_700_000_000_000 % 3_600_000);
const SECONDS = 900;
const BORN_A_SECOND = 20;
const LIFE = 3;

const known = new Map<number, Series>();

/** The same object for the same series, as in a real layout. */
function interfaceOf(index: number): Series {
  const labels = { "network.interface.name": `veth${index}`, "network.io.direction": "receive" };
  const series = known.get(index) ?? { metric: "system.network.io", labels };
  known.set(index, series);
  return series;
}

/** Interfaces that live for some seconds; the one born last has the most traffic. */
function changing(): Sample[] {
  return Array.from({ length: SECONDS }, (_, second) => {
    const born = Array.from({ length: LIFE }, (_one, age) => second - age).filter((since) => since >= 0);
    const series = born.flatMap((since) =>
      Array.from({ length: BORN_A_SECOND }, (_one, index) => interfaceOf(since * BORN_A_SECOND + index)),
    );
    const values = series.map((_one, place) => {
      const since = born[Math.floor(place / BORN_A_SECOND)] as number;
      return (second - since) * (since * BORN_A_SECOND + (place % BORN_A_SECOND));
    });
    return {
      at: START + second * 1000,
      series: [{ metric: "hostscope.sample.interval", labels: {} }, ...series],
      values: Float64Array.from([1, ...values]),
    };
  });
}

let folder: string;
let database: Database.Database;
let reader: StoreReader;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-history-"));
  database = openDatabase(join(folder, "hostscope.db"), { timeoutMs: 0, checkpoints: false });
  migrate(database, readMigrations("prisma/migrations"), 0);
  reader = new StoreReader(database, { intervalMs: 1000, definitionOf: builtInDefinition, ring: Ring.of(changing()) });
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const asked = { name: "system.network.io", from: START, to: START + SECONDS * 1000, points: SECONDS, aggregate: "avg" as const };
const nameOf = ({ labels }: { labels: Readonly<Record<string, string>> }) => labels["network.interface.name"];

test("of 18,000 interfaces that came and went the largest are told, second by second, and the others counted", () => {
  const history = reader.historyAtOnce({ ...asked, limit: 20 });
  const born = (SECONDS - 1) * BORN_A_SECOND;
  const total = 1;
  expect(history.stepSeconds).toBe(1);
  expect(history.series.length).toBe(20);
  expect(history.omitted).toBe(born + total - 20);
  expect(history.series.map(nameOf)).toContain(`veth${born - 1}`);
  expect(history.series.map(nameOf)).not.toContain("veth5");
  const last = history.series.find((one) => nameOf(one) === `veth${born - 1}`);
  expect(last?.values.filter((value) => value !== null)).toEqual([born - 1]);
});

test("a day is as dear as what of it is in no rollup yet, however few its steps", () => {
  const minutes = reader.planHistory(asked);
  const day = reader.planHistory({ ...asked, from: asked.to - 86_400_000, points: 720 });
  expect(day.buckets.stepMs).toBeGreaterThanOrEqual(60_000);
  expect(minutes.ms).toBeGreaterThan(10);
  expect(day.ms).toBeGreaterThanOrEqual(minutes.ms);
});

test("what would be too much is told with longer steps, unless a step was asked for", () => {
  const history = reader.historyAtOnce({ ...asked, limit: 1000 });
  expect(history.series.length * history.timestamps.length).toBeLessThanOrEqual(250_000);
  expect(history.timestamps.length).toBeGreaterThan(50);
  expect(() => reader.historyAtOnce({ ...asked, limit: 1000, stepSeconds: 1 })).toThrow(/too many\. Ask for fewer than/);
  expect(() => reader.historyAtOnce(asked)).toThrow(/with `limit`/);
});
