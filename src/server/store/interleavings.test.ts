/** What was logged and acknowledged is answered, in whatever order it is logged, sealed, forgotten, and the server killed. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { builtInDefinition } from "~/domain/metric";
import type { Sample, Series } from "~/domain/sample";
import { forAll } from "../../../tests/helpers/properties";
import { isTransient, openDatabase } from "./file/database";
import { migrate, readMigrations } from "./file/migrate";
import { Names } from "./series/names";
import { SampleLogReader, SampleLogWriter } from "./series/sample-log";
import { Sealer } from "./series/seal";
import { readSealedHour } from "./series/sealed-hour";
import { SeriesIndexReader } from "./series/series-index";
import { HOUR_MS, Tiers } from "./series/tiers";

const START = 472_000 * HOUR_MS;
const EVERY_S = 20;
const MINUTE_S = 60;
const ROOMY = 1_000_000;

type Action =
  | { kind: "log"; samples: number; container: number }
  | { kind: "step"; seconds: number }
  | { kind: "maintain"; slices: number }
  | { kind: "names"; slices: number }
  | { kind: "disk"; full: boolean }
  | { kind: "room"; writable: boolean }
  | { kind: "expire" }
  | { kind: "crash" };

const actions = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("log" as const),
        samples: fc.integer({ min: 1, max: 150 }),
        container: fc.nat(40),
      }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("maintain" as const), slices: fc.integer({ min: 1, max: 30 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("names" as const), slices: fc.integer({ min: 1, max: 20 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("step" as const),
        seconds: fc.integer({ min: -90, max: 90 }).map((n) => n * MINUTE_S),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("disk" as const), full: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("room" as const), writable: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant({ kind: "expire" as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: "crash" as const }) },
  ),
  { minLength: 5, maxLength: 40 },
);

const key = (at: number, series: string) => `${at} ${series}`;

/** A collector's connection and the main thread's, as in the server. */
class Server {
  private readonly threads: Database.Database[];
  readonly writer: SampleLogWriter;
  readonly main: { series: SeriesIndexReader; log: SampleLogReader; tiers: Tiers; sealer: Sealer; names: Names };
  readonly pending: { at: number; container: string; value: number }[] = [];

  constructor(
    path: string,
    readonly answered: Map<string, number>,
  ) {
    const [collector, main] = [
      openDatabase(path, { timeoutMs: 0, checkpoints: true }),
      openDatabase(path, { timeoutMs: 0, checkpoints: false }),
    ];
    this.threads = [collector, main];
    this.writer = new SampleLogWriter(collector);
    const series = new SeriesIndexReader(main);
    const log = new SampleLogReader(main, series);
    const tiers = new Tiers(main);
    const sealer = new Sealer({ intervalMs: 1000, database: main, log, series, tiers, definitionOf: builtInDefinition });
    const names = new Names(main, () => {
      series.forget();
      sealer.forgetNames();
    });
    this.main = { series, log, tiers, sealer, names };
  }

  setFull(full: boolean): void {
    for (const database of this.threads) {
      const pages = database.pragma("page_count", { simple: true }) as number;
      database.pragma(`max_page_count = ${full ? pages : ROOMY}`);
    }
  }

  log(at: number, container: number, value: number): void {
    const name = `container-${container}`;
    const layout: Series[] = [
      { metric: "hostscope.sample.interval", labels: {} },
      { metric: "container.memory.usage", labels: { "container.id": name } },
    ];
    const sample: Sample = { at, series: layout, values: Float64Array.of(EVERY_S, value) };
    this.pending.push({ at, container: name, value });
    this.writer.append(sample);
    this.acknowledge();
  }

  /** What has left the queue is in the database. */
  acknowledge(): void {
    while (this.pending.length > this.writer.backlog) {
      const { at, container, value } = this.pending.shift() as (typeof this.pending)[number];
      // A sample of the same moment replaces the one before, with all of its series.
      for (const known of this.answered.keys()) if (known.startsWith(`${at} `)) this.answered.delete(known);
      this.answered.set(key(at, container), value);
    }
  }

  maintain(now: number, slices: number): void {
    for (let slice = 0; slice < slices; slice++) {
      try {
        this.main.sealer.step(now + slice);
      } catch (error) {
        if (!isTransient(error)) throw error;
      }
    }
  }

  forgetNames(monotonic: number, slices: number): void {
    for (let slice = 0; slice < slices; slice++) {
      try {
        this.main.names.step(monotonic);
      } catch (error) {
        if (!isTransient(error)) throw error;
      }
    }
  }

  /** Retention deletes all that is sealed: its names may be forgotten. */
  expire(): void {
    const [, main] = this.threads;
    main?.exec("DELETE FROM chunks; DELETE FROM rollups");
    const logged = new Set(main?.prepare("SELECT at FROM sample_log").pluck().all() as number[]);
    for (const known of this.answered.keys()) if (!logged.has(Number(known.split(" ")[0]))) this.answered.delete(known);
  }

  read(): Map<string, number> {
    const found = new Map<string, number>();
    const take = ({ at, series, values }: Sample) => {
      for (const known of found.keys()) if (known.startsWith(`${at} `)) found.delete(known);
      for (const [place, { labels }] of series.entries()) {
        const name = labels["container.id"];
        const value = values[place] as number;
        if (name !== undefined && !Number.isNaN(value)) found.set(key(at, name), value);
      }
    };
    const { tiers, log } = this.main;
    const hours = this.threads[1]?.prepare("SELECT DISTINCT start FROM chunks ORDER BY start").pluck().all() as number[];
    for (const hour of hours) for (const one of readSealedHour(this.main, hour, hour)) take(one);
    for (const one of log.read(0, Number.MAX_SAFE_INTEGER)) take(one);
    expect(log.damaged + tiers.damaged).toBe(0);
    return found;
  }

  close(): void {
    for (const database of this.threads) database.close();
  }
}

function play(path: string, list: readonly Action[]): void {
  const answered = new Map<string, number>();
  let server = new Server(path, answered);
  let [now, monotonic, count] = [START, 0, 0];
  for (const action of list) {
    switch (action.kind) {
      case "log":
        for (let sample = 0; sample < action.samples; sample++) {
          now += EVERY_S * 1000;
          monotonic += EVERY_S * 1000;
          server.log(now, action.container, ++count);
        }
        break;
      case "step":
        now += action.seconds * 1000;
        break;
      case "maintain":
        server.maintain(now, action.slices);
        break;
      case "names":
        monotonic += HOUR_MS;
        server.forgetNames(monotonic, action.slices);
        break;
      case "disk":
        server.setFull(action.full);
        break;
      case "room":
        server.writer.writable = action.writable;
        break;
      case "expire":
        server.expire();
        break;
      case "crash":
        server.close();
        server = new Server(path, answered);
        break;
    }
  }
  try {
    server.setFull(false);
    server.writer.writable = true;
    for (let batch = 0; batch < 60; batch++) server.writer.flush();
    server.acknowledge();
    expect(server.writer.backlog).toBe(0);
    expect(server.read()).toEqual(answered);
    server.maintain(now + 3 * HOUR_MS, 400);
    server.forgetNames(monotonic + HOUR_MS, 100);
    expect(server.read()).toEqual(answered);
  } finally {
    server.close();
  }
}

test("in any order of logging, sealing, expiry, forgetting names, clock steps, a full disk and crashes", () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-interleavings-"));
  const template = join(folder, "empty.db");
  const made = openDatabase(template, { timeoutMs: 0, checkpoints: true });
  migrate(made, readMigrations("prisma/migrations"), 0);
  made.close();
  let run = 0;
  try {
    forAll(
      fc.property(actions, (list) => {
        const path = join(folder, `${run++}.db`);
        copyFileSync(template, path);
        play(path, list);
        for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
      }),
      60,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
