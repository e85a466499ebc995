import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { builtInDefinition } from "~/domain/metric";
import { quantized } from "~/domain/quantized";
import type { Sample } from "~/domain/sample";
import { openDatabase } from "../file/database";
import { migrate, readMigrations } from "../file/migrate";
import { SampleLogReader, SampleLogWriter } from "./sample-log";
import { Sealer } from "./seal";
import { readSealedHour } from "./sealed-hour";
import { SeriesIndexReader } from "./series-index";
import { HOUR_MS, Tiers } from "./tiers";

let folder: string;
let database: Database.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-seal-"));
  database = openDatabase(join(folder, "hostscope.db"), { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const HOUR = 1000 * HOUR_MS;
const LATER = HOUR + 2 * HOUR_MS;
const layout = ["hostscope.sample.interval", "system.memory.linux.dirty"].map((metric) => ({ metric, labels: {} }));
const sample = (second: number, value: number): Sample => ({
  at: HOUR + 1000 * second,
  series: layout,
  values: Float64Array.of(1, value),
});

function parts() {
  const series = new SeriesIndexReader(database);
  const log = new SampleLogReader(database, series);
  const tiers = new Tiers(database);
  return {
    series,
    log,
    tiers,
    sealer: new Sealer({ intervalMs: 1000, database, log, series, tiers, definitionOf: builtInDefinition }),
  };
}

/** Values of the hour, from chunks and log, by second. */
function answered({ series, tiers, log }: ReturnType<typeof parts>): Map<number, number> {
  const found = new Map<number, number>();
  for (const one of readSealedHour({ series, tiers }, HOUR, HOUR)) found.set((one.at - HOUR) / 1000, one.values[1] as number);
  for (const one of log.read(HOUR, HOUR + HOUR_MS)) found.set((one.at - HOUR) / 1000, one.values[1] as number);
  return found;
}

test("rows that arrive while their hour is sealed are kept, whenever they come, and later readings of the same second win", () => {
  // One slice more each time: between any two of them rows may come.
  for (let slices = 0; slices < 12; slices++) {
    database.exec("DELETE FROM sample_log; DELETE FROM chunks; DELETE FROM rollups");
    const writer = new SampleLogWriter(database);
    for (let second = 0; second < 600; second++) writer.append(sample(second, second));
    const open = parts();
    for (let slice = 0; slice < slices; slice++) open.sealer.step(LATER);
    for (let second = 600; second < 900; second++) writer.append(sample(second, second));
    writer.append(sample(5, 5000));
    for (let slice = 0; slice < 100; slice++) open.sealer.step(LATER + slice);
    const values = answered(open);
    expect([slices, values.size, values.get(5), values.get(6), values.get(899)]).toEqual([slices, 900, 5000, 6, 899]);
    expect(database.prepare("SELECT count(*) FROM sample_log").pluck().get()).toBe(0);
  }
});

test("a small value keeps its digits beside a large one, and no value is further off than its fifth digit", () => {
  const column = Float64Array.of(2_123_456_789, 40_123.4, 0.123456789, 0, Number.NaN, -7.77777777, 3e-9);
  const rounded = quantized(column);
  expect([...rounded]).toEqual([2_123_500_000, 40_123, 0.12346, 0, Number.NaN, -7.7778, 0]);
  expect(quantized(Float64Array.of(1.234567e-7, 2.5e-9))).toEqual(Float64Array.of(1.2346e-7, 2.5e-9));
});

test("an hour whose names come and go each second is kept whole, and no step of the work reads all of it", () => {
  const writer = new SampleLogWriter(database);
  const lasting = { metric: "system.memory.linux.dirty", labels: {} };
  const nameOf = (id: number) => ({ metric: "container.memory.usage", labels: { "container.id": `c${id}` } });
  const written = new Map<string, number[]>();
  for (let second = 0; second < 300; second++) {
    const ids = Array.from({ length: 30 }, (_, index) => 10 * second + index);
    const values = Float64Array.from([second, ...ids.map((id) => 1000 * second + id)]);
    writer.append({ at: HOUR + 1000 * second, series: [lasting, ...ids.map(nameOf)], values });
    for (const id of ids) {
      const name = `c${id}`;
      written.set(name, [...(written.get(name) ?? []), second, 1000 * second + id]);
    }
  }
  const open = parts();
  let [steps, mostLayouts] = [0, 0];
  const layouts = new Set<Uint32Array>();
  const { log } = open;
  const readLog = log.read.bind(log);
  log.read = function* (...asked) {
    for (const one of readLog(...asked)) {
      layouts.add(one.ids);
      yield one;
    }
  };
  while (open.sealer.step(LATER) && steps < 100_000) {
    mostLayouts = Math.max(mostLayouts, layouts.size);
    layouts.clear();
    steps++;
  }
  // Four layouts, and the first sample of the next.
  expect(mostLayouts).toBe(5);
  // Each second has a layout of its own.
  expect(steps).toBeGreaterThan(300);
  expect(database.prepare("SELECT count(*) FROM sample_log").pluck().get()).toBe(0);
  const found = new Map<string, number[]>();
  for (const { at, series, values } of readSealedHour(open, HOUR, HOUR)) {
    // A restart reads such an hour: all its names in each sample would take gigabytes.
    expect(series.length).toBeLessThanOrEqual(31);
    series.forEach(({ labels }, place) => {
      const [name, value] = [labels["container.id"], values[place] as number];
      if (name === undefined || Number.isNaN(value)) return;
      found.set(name, [...(found.get(name) ?? []), (at - HOUR) / 1000, value]);
    });
  }
  expect(found.size).toBe(written.size);
  expect([...found].filter(([name, values]) => `${values}` !== `${written.get(name)}`)).toEqual([]);
});
