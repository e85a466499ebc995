/** The built collector thread on a small /proc: which ticks it holds, and when it sends them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { builtInDefinition } from "~/domain/metric";
import { FakeProc } from "../../../tests/helpers/fake-proc";
import { openDatabase } from "../store/file/database";
import { migrate, readMigrations } from "../store/file/migrate";
import { CollectorThread } from "./worker";

const INTERVAL_MS = 50;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let folder: string;
let host: FakeProc;
let database: Database.Database;
let worker: CollectorThread;
let seen: number[];
/** How many ticks had arrived after each message. */
let arrivals: number[];
let mayBatch: boolean;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-worker-"));
  const databasePath = join(folder, "hostscope.db");
  database = openDatabase(databasePath, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  host = new FakeProc();
  host.process(1);
  seen = [];
  arrivals = [];
  mayBatch = true;
  worker = new CollectorThread({
    threadPath: join(process.cwd(), "dist", "collector-thread.mjs"),
    thread: { databasePath, intervalMs: INTERVAL_MS, cores: 1, mostSeries: 10_000, roots: host.roots, redact: [] },
    running: true,
    writable: true,
    log: silent,
    definitionOf: builtInDefinition,
    onTick: ({ sample }) => seen.push(sample.at),
    mayBatch: () => {
      arrivals.push(seen.length);
      return mayBatch;
    },
    onRestart: () => {},
  });
});

afterEach(async () => {
  vi.useRealTimers();
  await worker.stop();
  database.close();
  host[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const stored = () => database.prepare("SELECT at FROM sample_log ORDER BY at").pluck().all() as number[];
const storedAfter = (moment: number) => stored().filter((at) => at > moment).length;

test("while nobody looks ticks are stored at once and wait; whoever asks sees all of them", async () => {
  await expect.poll(() => seen.length).toBeGreaterThan(0);
  // The thread holds ticks until the next multiple of five seconds.
  const held = () => storedAfter(Math.max(...seen));
  await expect.poll(held, { interval: 10 }).toBeGreaterThan(5);
  const before = stored();
  // With fake timers only the thread's answer can end the wait, however late, not the timeout.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await worker.beginRequest("GET /").collected;
  expect(seen).toEqual(expect.arrayContaining(before.slice(-6)));
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
});

test("while somebody looks each tick comes by itself", async () => {
  mayBatch = false;
  await expect.poll(() => seen.length).toBeGreaterThan(0);
  await worker.beginRequest("GET /").collected;
  const from = arrivals.length;
  await expect.poll(() => arrivals.length, { interval: 10 }).toBeGreaterThan(from + 10);
  const sizes = arrivals.slice(from).map((count, index) => count - (arrivals[from + index - 1] ?? 0));
  expect(new Set(sizes.slice(1))).toEqual(new Set([1]));
});

test("a pause passes on what waits", async () => {
  await expect.poll(() => seen.length).toBeGreaterThan(0);
  await expect.poll(() => storedAfter(Math.max(...seen)), { interval: 10 }).toBeGreaterThan(2);
  worker.setRunning(false);
  await expect.poll(() => storedAfter(Math.max(...seen))).toBe(0);
});
