/** The clock is set while processes run: start times are told against the new one, the processes stay the same. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isSameProcess } from "~/domain/process";
import { processRow } from "../../../../tests/helpers/process-row";
import { runAtOnce } from "../../slices";
import { openDatabase } from "../file/database";
import { migrate, readMigrations } from "../file/migrate";
import { ProcessHistory } from "./process-history";
import { readLife } from "./process-life";
import { ProcessTable } from "./process-table";
import { decodeUsage, encodeUsage } from "./process-tally";

let folder: string;
let database: Database.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-clock-"));
  database = openDatabase(join(folder, "hostscope.db"), { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const HOUR_MS = 3_600_000;
const START = 1_700_000_000_000 - (1_700_000_000_000 % (24 * HOUR_MS));
const PIDS = [7, 8];

/** Two processes, each with half a core, for so many ticks. The clock is set at the ticks of `steps`, by milliseconds. */
function run(ticks: number, everyMs: number, steps: ReadonlyMap<number, number>) {
  const history = new ProcessHistory(database, everyMs);
  const table = new ProcessTable();
  const times: number[] = [];
  let at = START;
  let startedAt = START - HOUR_MS;
  for (let tick = 0; tick < ticks; tick++) {
    const movedMs = steps.get(tick) ?? 0;
    at += everyMs + movedMs;
    startedAt += movedMs;
    times.push(at);
    const rows = PIDS.map((pid) => processRow(pid, { startedAt, cpu: 0.5, memoryBytes: 4096 * (tick + 1) }));
    const delta = { at, staleMs: 0, changed: rows, exited: [], ...(movedMs !== 0 && { startsMovedMs: movedMs }) };
    table.apply(delta);
    history.add(delta, table);
    while (history.flush());
  }
  const used = (from: number, to: number) =>
    runAtOnce(history.archive.consumers({ from: times[from] as number, to: times[to] as number }));
  return { history, used, startedAt, end: times.at(-1) as number };
}

test.each([3000, 40_000, 7 * 60_000])("a clock that is set forward by %i ms makes no process another one", (byMs) => {
  const { used, startedAt } = run(60, 1000, new Map([[30, byMs]]));
  const found = used(0, 59);
  expect(found.map(({ pid }) => pid)).toEqual(PIDS);
  for (const one of found) expect(one).toMatchObject({ startedAt, firstStartedAt: startedAt - byMs });
});

test("a clock that is set back makes no process another one", () => {
  const { used, startedAt } = run(60, 1000, new Map([[30, -3000]]));
  expect(used(0, 59).map((one) => [one.pid, one.startedAt])).toEqual(PIDS.map((pid) => [pid, startedAt]));
});

test.each([
  ["in the stretch", 35],
  ["at its first tick", 31],
  ["at its last tick", 59],
  ["at the last tick before it", 30],
  ["before both stretches", 5],
])("a process of a stretch is found in the minutes before, with the clock set %s", (_when, step) => {
  const { used } = run(60, 1000, new Map([[step, 3000]]));
  const [before, now] = [used(10, 30), used(30, 59)];
  for (const [index, one] of now.entries()) expect(before.filter((other) => isSameProcess(other, one))).toEqual([before[index]]);
});

test("a process that has another's pid after the clock was set is another process", () => {
  const before = { pid: 7, startedAt: START };
  expect(isSameProcess(before, { pid: 7, startedAt: START + 63_000, firstStartedAt: START + 60_000 })).toBe(false);
  expect(isSameProcess(before, { pid: 8, startedAt: START })).toBe(false);
});

test.each([120_000, -120_000])(
  "the life of a process goes on over a step of %i ms at the first tick of an hour that is not summed",
  (byMs) => {
    const { history, startedAt, end } = run(480, 60_000, new Map([[239, byMs]]));
    const request = { pid: 7, startedAt, from: undefined, to: undefined, points: 720, now: end };
    const life = runAtOnce(readLife(history.archive, 60_000, request));
    expect(life).toMatchObject({ startedAt, resolutionSeconds: 3600 });
    expect(life?.series[0]?.values.filter((value) => value !== null).length).toBeGreaterThanOrEqual(8);
  },
);

test("sums of hours and the life of a process go on over each step of the clock", () => {
  const every = 60_000;
  const steps = new Map([
    [90, 5000],
    [150, -4000],
    [330, 120_000],
    [475, 3000],
  ]);
  const { history, used, startedAt, end } = run(480, every, steps);
  for (let slice = 0; slice < 400; slice++) history.sumUp(end);
  expect(database.prepare("SELECT count(*) FROM process_usage").pluck().get()).toBeGreaterThan(6);
  const found = used(0, 479);
  expect(found.map((one) => [one.pid, one.startedAt])).toEqual(PIDS.map((pid) => [pid, startedAt]));
  expect(decodeUsage(encodeUsage(found))?.map((one) => one.firstStartedAt)).toEqual(found.map((one) => one.firstStartedAt));
  const request = { pid: 7, startedAt, to: undefined, points: 720, now: end };
  const hours = runAtOnce(readLife(history.archive, every, { ...request, from: undefined }));
  expect(hours).toMatchObject({ startedAt, resolutionSeconds: 3600 });
  expect(hours?.series[0]?.values.filter((value) => value !== null)).toHaveLength(9);
  const ticks = runAtOnce(readLife(history.archive, every, { ...request, from: end - 5 * HOUR_MS }));
  expect(ticks).toMatchObject({ startedAt, resolutionSeconds: 60 });
  expect(ticks?.series[0]?.values.filter((value) => value !== null).length).toBeGreaterThan(290);
});
