import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { builtInDefinition } from "~/domain/metric";
import type { Sample, Series } from "~/domain/sample";
import { openDatabase } from "../file/database";
import { migrate, readMigrations } from "../file/migrate";
import { Names } from "./names";
import { SampleLogReader, SampleLogWriter } from "./sample-log";
import { Sealer } from "./seal";
import { SeriesIndexReader } from "./series-index";
import { HOUR_MS, Tiers } from "./tiers";

const START = 472_000 * HOUR_MS;

let folder: string;
let database: Database.Database;
let writer: SampleLogWriter;
let series: SeriesIndexReader;
let log: SampleLogReader;
let sealer: Sealer;
let names: Names;
let monotonic: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-names-"));
  database = openDatabase(join(folder, "hostscope.db"), { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  writer = new SampleLogWriter(database);
  series = new SeriesIndexReader(database);
  log = new SampleLogReader(database, series);
  sealer = new Sealer({ intervalMs: 1000, database, log, series, tiers: new Tiers(database), definitionOf: builtInDefinition });
  names = new Names(database, () => {
    series.forget();
    sealer.forgetNames();
  });
  monotonic = 0;
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A sample with these containers. */
function sample(second: number, containers: readonly number[]): Sample {
  const layout: Series[] = [
    { metric: "hostscope.sample.interval", labels: {} },
    ...containers.map((id) => ({ metric: "container.memory.usage", labels: { "container.id": `c${id}` } })),
  ];
  return { at: START + second * 1000, series: layout, values: Float64Array.from(layout, (_one, place) => place || 20) };
}

function seal(second: number): void {
  for (let slice = 0; sealer.step(START + second * 1000 + slice); slice++);
}

function forget(): void {
  monotonic += HOUR_MS;
  while (names.step(monotonic));
}

const count = (table: string) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
const expire = () => database.exec("DELETE FROM chunks; DELETE FROM rollups");

test("on a machine whose containers come and go, names and layouts stay bounded by what is kept", () => {
  const most = { series: 0, layouts: 0 };
  for (let hour = 0; hour < 12; hour++) {
    for (let second = 0; second < 3600; second += 20) {
      const begun = (hour * 3600 + second) / 20;
      writer.append(sample(hour * 3600 + second, [begun, begun + 1, begun + 2]));
    }
    seal((hour + 1) * 3600 + 300);
    // Two hours are kept.
    database.prepare("DELETE FROM chunks WHERE start < ?").run(START + (hour - 1) * HOUR_MS);
    database.prepare("DELETE FROM rollups").run();
    forget();
    if (hour >= 2) for (const table of ["series", "layouts"] as const) most[table] = Math.max(most[table], count(table));
  }
  // Two hours of 180 names each, with those that share a chunk with a living one.
  expect(most.series).toBeLessThan(2 * 180 + 100);
  expect(most.layouts).toBeLessThanOrEqual(2);
});

test("what a chunk, a rollup or the log has keeps its name", () => {
  writer.append(sample(0, [1]));
  writer.append(sample(20, [2]));
  seal(2 * 3600);
  writer.append(sample(3 * 3600, [3]));
  forget();
  const kept = () => series.ofMetrics(["container.memory.usage"]).map(({ series: one }) => one.labels["container.id"]);
  expect(kept()).toEqual(expect.arrayContaining(["c1", "c2", "c3"]));
  expire();
  forget();
  expect(kept()).toEqual(["c3"]);
});

test("a name that was forgotten and comes back is a name again, though the writer remembers its old id", () => {
  writer.append(sample(0, [1]));
  seal(2 * 3600);
  expire();
  // The newest layout keeps its names.
  writer.append(sample(3 * 3600, [2]));
  forget();
  expect(count("series")).toBe(2);
  writer.append(sample(3 * 3600 + 20, [1]));
  const found = [...log.read(0, Number.MAX_SAFE_INTEGER)].at(-1);
  expect(found?.series.map(({ labels }) => labels["container.id"])).toEqual([undefined, "c1"]);
  expect(log.damaged).toBe(0);
});

test.each([0, 1, 2, 3, 4])("a name that comes back after %s slices of a look keeps its id", (slices) => {
  writer.append(sample(0, [1]));
  seal(2 * 3600);
  expire();
  writer.append(sample(3 * 3600, [2]));
  monotonic += HOUR_MS;
  for (let slice = 0; slice < slices; slice++) names.step(monotonic);
  writer.append(sample(3 * 3600 + 20, [1]));
  while (names.step(monotonic));
  const found = [...log.read(0, Number.MAX_SAFE_INTEGER)];
  expect(found.map((one) => one.series[1]?.labels["container.id"])).toEqual(["c2", "c1"]);
  expect(log.damaged).toBe(0);
});
