/** Queries of past processes, independent of how they are stored. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Consumer, countProcesses, type ProcessDelta, type ProcessRow, topConsumers } from "~/domain/process";
import type { Sample } from "~/domain/sample";
import { consumerOf } from "../../../../tests/helpers/consumer";
import { processRow } from "../../../../tests/helpers/process-row";
import { runAtOnce, runInSlices } from "../../slices";
import { openDatabase } from "../file/database";
import { migrate, readMigrations } from "../file/migrate";
import { SampleLogWriter } from "../series/sample-log";
import type { ProcessesAt } from "./process-archive";
import { ProcessHistory } from "./process-history";
import { type LifeRequest, readLife } from "./process-life";
import { ProcessTable } from "./process-table";
import { decodeUsage, encodeUsage } from "./process-tally";
import { DAY_MS } from "./process-usage";

let folder: string;
let database: Database.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-processes-"));
  database = openDatabase(join(folder, "hostscope.db"), { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const HOUR_MS = 3_600_000;
const START = 1_700_000_000_000 - (1_700_000_000_000 % (24 * HOUR_MS));

function row(pid: number, change: Partial<ProcessRow> = {}): ProcessRow {
  const known = { startedAt: START, command: `run ${pid}`, memoryBytes: 4096 * pid, virtualBytes: 8192, writeBytesPerSecond: 0 };
  return processRow(pid, { ...known, ...change });
}

/** Deterministic by second: some processes work, some start and exit. */
function deltaAt(second: number, everything = false, every = 1): ProcessDelta {
  const at = START + second * 1000;
  const worker = row(2 + (second % 7), { cpu: (second % 100) / 100, writeBytesPerSecond: 1000 * (second % 3) });
  const guest = row(100 + (second % 50), { cpu: 0.5, startedAt: at, memoryBytes: 4096 * 250 + 4096 * (second % 10) });
  const others = everything || second === 0 ? Array.from({ length: 10 }, (_, pid) => row(pid + 1)) : [];
  return { at, staleMs: 0, changed: [...others, worker, guest], exited: second > 0 ? [100 + ((second - every) % 50)] : [] };
}

/** Reference implementation: sums every row at every tick. */
class Plain {
  private readonly found = new Map<string, { cpuSeconds: number; seconds: number; peak: number; written: number }>();

  constructor(private readonly every = 1) {}

  tick(table: ProcessTable): void {
    for (const { pid, startedAt, cpu, memoryBytes, writeBytesPerSecond } of table.all()) {
      const key = `${pid} ${startedAt}`;
      const sum = this.found.get(key) ?? { cpuSeconds: 0, seconds: 0, peak: 0, written: 0 };
      sum.seconds += this.every;
      sum.cpuSeconds += (cpu ?? 0) * this.every;
      sum.peak = Math.max(sum.peak, Math.round(memoryBytes / 1024) * 1024);
      sum.written += (writeBytesPerSecond ?? 0) * this.every;
      this.found.set(key, sum);
    }
  }

  expectSame(consumers: readonly Consumer[]): void {
    const rounded = (key: string, [seconds, cpu, peak, written]: [number, number, number, number]) =>
      `${key}: ${seconds.toFixed(0)} s, ${cpu.toFixed(2)} s of CPU, ${peak} B, ${written.toFixed(0)} B written`;
    const found = consumers.map((one) =>
      rounded(`${one.pid} ${one.startedAt}`, [one.seconds, one.cpuSeconds, one.peakMemoryBytes, one.writtenBytes]),
    );
    const wanted = [...this.found].map(([key, sum]) => rounded(key, [sum.seconds, sum.cpuSeconds, sum.peak, sum.written]));
    expect(found.sort()).toEqual(wanted.sort());
  }
}

interface Run {
  from: number;
  to: number;
  every?: number;
  history: ProcessHistory;
  table?: ProcessTable;
  each?: (at: number, table: ProcessTable) => void;
}

function runSeconds({ from, to, every = 1, history, table = new ProcessTable(), each }: Run): void {
  for (let second = from; second < to; second += every) {
    const delta = deltaAt(second, second === from, every);
    table.apply(delta);
    history.add(delta, table);
    history.flush();
    each?.(delta.at, table);
  }
}

test.each([
  ["whole hours", 0, 3 * 3600],
  ["hours and both edges", 1800, 3 * 3600 + 76],
  ["a minute", 5000, 5060],
  ["up to now", 3600, 3 * 3600 + 196],
])("what processes used is the same from hourly sums as tick by tick: %s", (_name, from, to) => {
  const every = 4;
  const history = new ProcessHistory(database);
  const plain = new Plain(every);
  const within = (at: number) => at > START + from * 1000 && at <= START + to * 1000;
  runSeconds({ from: 0, to: 3 * 3600 + 200, every, history, each: (at, table) => within(at) && plain.tick(table) });
  const now = START + 4 * HOUR_MS;
  for (let slice = 0; slice < 200; slice++) history.sumUp(now);
  const sums = database.prepare("SELECT count(*) FROM process_usage").pluck().get() as number;
  expect(sums).toBeGreaterThanOrEqual(3);
  plain.expectSame(runAtOnce(history.archive.consumers({ from: START + from * 1000, to: START + to * 1000 })));
});

/** Sums everything that is due, from the start on. */
function sumAll(history: ProcessHistory, now: number): void {
  while (history.sumUp(now)) now++;
}

test("over whole days those that used most are told exactly, the others by program, and nothing is lost", () => {
  const every = 60;
  const end = 3 * 86_400 + 5000;
  const history = new ProcessHistory(database, every * 1000);
  const used = new Map<string, number>();
  const count = (table: ProcessTable) => {
    for (const { pid, startedAt, cpu } of table.all()) {
      const key = `${pid} ${startedAt}`;
      used.set(key, (used.get(key) ?? 0) + (cpu ?? 0) * every);
    }
  };
  runSeconds({ from: 0, to: end, every, history, each: (at, table) => at > START && count(table) });
  sumAll(history, START + 4 * DAY_MS);
  expect(history.archive.usage.days.within(START, START + 4 * DAY_MS)).toHaveLength(3);
  const found = runAtOnce(history.archive.consumers({ from: START, to: START + end * 1000 }));
  const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);
  expect(countProcesses(found)).toBe(used.size);
  expect(total(found.map(({ cpuSeconds }) => cpuSeconds))).toBeCloseTo(total(used.values()), 0);
  const most = [...used.values()].sort((a, b) => b - a).slice(0, 100);
  const single = found.filter(({ pid }) => pid !== 0);
  const told = topConsumers(single, "cpu", 100).map(({ pid, startedAt, cpuSeconds }) => {
    expect(cpuSeconds).toBeCloseTo(used.get(`${pid} ${startedAt}`) as number, 1);
    return Math.round(cpuSeconds);
  });
  expect(told).toEqual(most.map(Math.round));
  expect(used.size).toBeGreaterThan(4000);
  expect(found.length).toBeLessThan(1500);
});

test("the life of a process over weeks comes day by day, its first day and the running one included", () => {
  const every = 600;
  const last = 16 * 86_400 + 7200;
  const history = new ProcessHistory(database, every * 1000);
  runSeconds({ from: 0, to: last, every, history });
  const now = START + last * 1000;
  sumAll(history, now);
  const range = { from: undefined, to: undefined, points: 720, now };
  const life = runAtOnce(readLife(history.archive, every * 1000, { pid: 3, startedAt: START, ...range }));
  expect(life).toMatchObject({ stepSeconds: 86_400, resolutionSeconds: 86_400 });
  const values = life?.series[0]?.values ?? [];
  expect(values).toHaveLength(17);
  const [first] = values;
  for (const value of values) expect(value).toBeCloseTo(first as number, 1);
});

test("a damaged hour of sums is counted, and the ticks answer instead", () => {
  const history = new ProcessHistory(database);
  const plain = new Plain();
  runSeconds({ from: 0, to: 3700, history, each: (at, table) => at > START && at <= START + HOUR_MS && plain.tick(table) });
  for (let slice = 0; slice < 100; slice++) history.sumUp(START + 2 * HOUR_MS);
  database.prepare("UPDATE process_usage SET data = zeroblob(40)").run();
  plain.expectSame(runAtOnce(history.archive.consumers({ from: START, to: START + HOUR_MS })));
  expect(history.archive.damagedRows).toBe(1);
});

const noSample = (at: number): Sample => ({ at, series: [], values: new Float64Array() });

test("kill -9 in the middle of a minute loses no tick that was logged", () => {
  const table = new ProcessTable();
  const writer = new SampleLogWriter(database);
  const history = new ProcessHistory(database);
  const kept = new Map<number, ProcessRow[]>();
  const sorted = (rows: Iterable<ProcessRow>) => [...rows].sort((a, b) => a.pid - b.pid);
  for (let second = 0; second < 155; second++) {
    const delta = deltaAt(second);
    expect(writer.append(noSample(delta.at), delta)).toBeNull();
    table.apply(delta);
    history.add(delta, table);
    history.flush();
    kept.set(delta.at, sorted(table.all()));
  }
  // A server restarted after 15 s.
  const again = new ProcessHistory(database);
  again.recover(database);
  runSeconds({ from: 170, to: 300, history: again });
  again.finish();
  for (const second of [0, 59, 119, 120, 121, 130, 154]) {
    const at = START + second * 1000;
    const found = again.archive.at(at);
    expect(found?.at).toBe(at);
    expect(sorted(found?.rows ?? [])).toEqual(kept.get(at));
  }
  expect(again.archive.at(START + 250_000)?.at).toBe(START + 250_000);
  expect(database.prepare("SELECT count(*) FROM process_ticks").pluck().get()).toBe(0);
});

test("a restart within a minute leaves what was seen before it", () => {
  const first = new ProcessHistory(database);
  runSeconds({ from: 0, to: 20, history: first });
  first.finish();
  const second = new ProcessHistory(database);
  runSeconds({ from: 40, to: 50, history: second });
  second.finish();
  const third = new ProcessHistory(database);
  expect(third.archive.at(START + 10_000)?.at).toBe(START + 10_000);
  expect(third.archive.at(START + 45_000)?.at).toBe(START + 45_000);
});

test("a process is called by the last name it had, and by the parent it began with", () => {
  const table = new ProcessTable();
  const history = new ProcessHistory(database);
  const seen: [number, Partial<ProcessRow>][] = [
    [0, { name: "sh", command: "sh job", parentPid: 5, sessionId: 5, state: "uninterruptible" }],
    [1, { name: "worker", command: "worker --all", parentPid: 1, sessionId: 5, state: "uninterruptible", swapBytes: 8192 }],
    [2, { name: "worker", command: "worker --all", parentPid: 1, sessionId: 5, group: "job.service", swapBytes: 4096 }],
  ];
  for (const [second, change] of seen) {
    const delta = { at: START + 1000 * second, staleMs: 0, changed: [row(7, { cpu: 1, ...change })], exited: [] };
    table.apply(delta);
    history.add(delta, table);
  }
  const [found] = runAtOnce(history.archive.consumers({ from: START - 1000, to: START + 2000 }));
  expect(found).toMatchObject({ name: "worker", command: "worker --all", parentPid: 5, group: "job.service", swapBytes: 4096 });
  expect(found).toMatchObject({ sessionId: 5, blockedSeconds: 1.001 });
  expect(decodeUsage(encodeUsage([found as Consumer]))).toEqual([
    { ...found, cpuSeconds: expect.closeTo(found?.cpuSeconds ?? 0) },
  ]);
});

test("processes that ended while the collectors did not run are gone", () => {
  const history = new ProcessHistory(database);
  const table = new ProcessTable();
  runSeconds({ from: 0, to: 10, history, table });
  table.clear();
  history.restart();
  const delta: ProcessDelta = { at: START + 15_000, staleMs: 0, changed: [row(1), row(2)], exited: [] };
  table.apply(delta);
  history.add(delta, table);
  expect(history.archive.at(START + 15_000)?.rows.map(({ pid }) => pid)).toEqual([1, 2]);
  expect(history.archive.at(START + 9_000)?.rows.length).toBeGreaterThan(5);
});

test("a clock that is set back: the later reading of a second stands, and nothing else changes", () => {
  const history = new ProcessHistory(database);
  const table = new ProcessTable();
  runSeconds({ from: 0, to: 2 * 3600 + 300, history, table });
  const now = START + 4 * HOUR_MS;
  for (let slice = 0; slice < 200; slice++) history.sumUp(now);
  // Half an hour back, then ten minutes with only one process.
  const again = 2 * 3600 + 300 - 1800;
  for (let second = again; second < again + 600; second++) {
    const delta: ProcessDelta = { at: START + second * 1000, staleMs: 0, changed: [row(7, { cpu: 1 })], exited: [] };
    if (second === again) {
      table.clear();
      history.restart();
    }
    table.apply(delta);
    history.add(delta, table);
    history.flush();
  }
  for (let slice = 0; slice < 200; slice++) history.sumUp(now);
  const pidsAt = (second: number) => history.archive.at(START + second * 1000)?.rows.map(({ pid }) => pid);
  expect(pidsAt(again + 300)).toEqual([7]);
  expect(pidsAt(again - 10)?.length).toBeGreaterThan(5);
  expect(pidsAt(again + 1300)?.length).toBeGreaterThan(5);
  const used = runAtOnce(history.archive.consumers({ from: START + HOUR_MS, to: START + 2 * HOUR_MS })).find(
    ({ pid }) => pid === 7,
  );
  expect(used?.cpuSeconds).toBeGreaterThan(590);
});

test("a clock that is wrong for some minutes costs no sums of what processes used, whatever is left of their hours", () => {
  const history = new ProcessHistory(database);
  const table = new ProcessTable();
  const { hours, days } = history.archive.usage;
  const used = [consumerOf(7, { cpuSeconds: 1800 })];
  const now = START + 20 * DAY_MS;
  for (let hour = START; hour < now; hour += HOUR_MS) hours.write(hour, used);
  for (let day = START; day < now; day += DAY_MS) days.write(day, used);
  const tick = (at: number) => {
    const delta: ProcessDelta = { at, staleMs: 0, changed: [row(7, { cpu: 1 })], exited: [] };
    table.apply(delta);
    history.add(delta, table);
    while (history.flush());
  };
  const summed = () =>
    ["process_usage", "process_usage_days"].map((name) => database.prepare(`SELECT start FROM ${name}`).pluck().all());
  const before = summed();
  // An hour of the past whose blocks have reached their age, a time before the history, and the present again.
  for (const wrong of [START + 3 * DAY_MS, START - 900 * DAY_MS]) {
    for (let second = 0; second < 3; second++) tick(now + second * 1000);
    for (let second = 0; second < 240; second++) tick(wrong + second * 1000);
  }
  tick(now + 10_000);
  history.finish();
  expect(summed()).toEqual(before);
});

test("a clock that is set back while another process holds the database does not fail a tick", () => {
  const history = new ProcessHistory(database);
  runSeconds({ from: 0, to: 120, history });
  const other = openDatabase(join(folder, "hostscope.db"), { timeoutMs: 0, checkpoints: false });
  other.exec("BEGIN IMMEDIATE");
  for (let second = 30; second < 33; second++) history.add(deltaAt(second), new ProcessTable());
  other.exec("ROLLBACK");
  other.close();
  history.finish();
  expect(history.archive.at(START + 32_000)?.at).toBe(START + 32_000);
});

test("the first hour of a day is summed while blocks of the same day come", () => {
  const history = new ProcessHistory(database);
  const table = new ProcessTable();
  const isSummed = () => history.archive.usage.hours.read(START) !== null;
  let second = 3600 + 240;
  runSeconds({ from: 0, to: second, every: 10, history, table });
  for (let slice = 0; slice < 100 && !isSummed(); slice++) {
    history.sumUp(START + second * 1000);
    runSeconds({ from: second, to: second + 60, every: 10, history, table });
    second += 60;
  }
  expect(isSummed()).toBe(true);
});

test("blocks that come late into an hour that is summed are in its sum, and in that of its day", () => {
  const history = new ProcessHistory(database);
  const table = new ProcessTable();
  runSeconds({ from: 0, to: 3600, history, table });
  const now = START + DAY_MS + HOUR_MS;
  const sumUp = () => {
    for (let slice = 0; slice < 200; slice++) history.sumUp(now + slice * 20_000);
  };
  const cpuSeconds = () => {
    const { hours, days } = history.archive.usage;
    return [hours, days].map((sums) => sums.read(START)?.reduce((sum, one) => sum + one.cpuSeconds, 0) ?? 0) as [number, number];
  };
  runSeconds({ from: 7200, to: 7260, history, table });
  history.finish();
  sumUp();
  const [hour, day] = cpuSeconds();
  runSeconds({ from: 600, to: 660, history, table });
  history.finish();
  expect(cpuSeconds()).toEqual([0, 0]);
  sumUp();
  expect(cpuSeconds()[0]).toBeGreaterThan(hour * 0.9);
  expect(cpuSeconds()[1]).toBeGreaterThan(day * 0.9);
});

test("the life of one process comes back second by second", () => {
  const history = new ProcessHistory(database);
  runSeconds({ from: 0, to: 1800, history });
  const now = START + 1799_000;
  const ask = (request: Partial<LifeRequest>) =>
    runAtOnce(
      readLife(history.archive, 1000, {
        pid: 3,
        startedAt: START,
        from: undefined,
        to: undefined,
        points: 2000,
        now,
        ...request,
      }),
    );
  // Process 3 changes every seventh second.
  const short = ask({ from: START + 7_000, to: START + 21_000 });
  expect(short).toMatchObject({ pid: 3, name: "p3", stepSeconds: 1, resolutionSeconds: 1 });
  const cpu = Array.from({ length: 14 }, (_, second) => (second < 1 ? 0.01 : second < 8 ? 0.08 : 0.15));
  expect(short?.series.find(({ metric }) => metric === "process.cpu.utilization")?.values).toEqual(cpu);
  const guest = START + 10_000;
  const once = ask({ pid: 110, startedAt: guest });
  expect(once?.timestamps.filter((_at, index) => once.series[0]?.values[index] !== null)).toEqual([guest]);
  expect(ask({ pid: 110, startedAt: guest + 5_000 })).toBeNull();
  expect(ask({ startedAt: undefined })?.startedAt).toBe(START);
});

test("the life of a process over many hours comes hour by hour, the running hour included", () => {
  const history = new ProcessHistory(database);
  const last = 7 * 3600 + 590;
  runSeconds({ from: 0, to: last, every: 10, history });
  for (let slice = 0; slice < 400; slice++) history.sumUp(START + last * 1000);
  const range = { from: undefined, to: undefined, points: 720, now: START + last * 1000 };
  const life = runAtOnce(readLife(history.archive, 10_000, { pid: 3, startedAt: START, ...range }));
  expect(life).toMatchObject({ stepSeconds: 3600, resolutionSeconds: 3600 });
  expect(life?.series[0]?.values).toHaveLength(8);
  for (const value of life?.series[0]?.values ?? []) expect(value).toBeCloseTo(0.45, 1);
});

test.each([60, 300, 3600])("at an interval of %i s the table is found and the whole time counts", (every) => {
  const history = new ProcessHistory(database, every * 1000);
  const ticks = 40;
  const table = new ProcessTable();
  for (let tick = 0; tick < ticks; tick++) {
    const at = START + tick * every * 1000;
    const delta: ProcessDelta = {
      at,
      staleMs: 0,
      changed: tick % 3 === 0 ? [row(1, { cpu: 0.5 }), row(2 + tick)] : [],
      exited: [],
    };
    table.apply(delta);
    history.add(delta, table);
    history.flush();
  }
  const end = START + (ticks - 1) * every * 1000;
  for (let slice = 0; slice < 400; slice++) history.sumUp(end + 4 * 3_600_000);
  expect(history.archive.at(START + (5 * every + every - 1) * 1000)?.at).toBe(START + 5 * every * 1000);
  const used = runAtOnce(history.archive.consumers({ from: START, to: end })).find(({ pid }) => pid === 1);
  expect(used?.seconds).toBeCloseTo((ticks - 1) * every, 0);
  expect(used?.cpuSeconds).toBeCloseTo(((ticks - 1) * every) / 2, 0);
});

const ENDLESS = { from: 0, to: 8_640_000_000_000_000 };

/** Counts the rows of blocks and sums that are read. */
function countingReads(history: ProcessHistory, work: () => void): number {
  let reads = 0;
  const spied = [vi.spyOn(history.archive.usage.hours, "read"), vi.spyOn(history.archive, "blocks")];
  work();
  for (const spy of spied) reads += spy.mock.calls.length;
  vi.restoreAllMocks();
  return reads;
}

test("a range from the beginning of time to its end reads what is stored and nothing else", () => {
  const history = new ProcessHistory(database);
  runSeconds({ from: 0, to: 2 * 3600 + 30, every: 10, history });
  for (let slice = 0; slice < 400; slice++) history.sumUp(START + 3 * HOUR_MS);
  const own = { from: START - 1, to: START + 2 * HOUR_MS + 30_000 };
  const all = runAtOnce(history.archive.consumers(ENDLESS));
  expect(all.length).toBeGreaterThan(5);
  expect(all).toEqual(runAtOnce(history.archive.consumers(own)));
  expect(countingReads(history, () => runAtOnce(history.archive.consumers(ENDLESS)))).toBeLessThan(6);
});

test("a history without a tick answers an endless range with nothing", () => {
  const history = new ProcessHistory(database);
  expect(runAtOnce(history.archive.consumers(ENDLESS))).toEqual([]);
  expect([...history.archive.tables(ENDLESS, 1000)]).toEqual([]);
});

test("the life of a process in an endless range ends where the history ends", () => {
  const history = new ProcessHistory(database);
  runSeconds({ from: 0, to: 600, history });
  const request = { pid: 3, startedAt: START, points: 720, now: START + 600_000 };
  const life = runAtOnce(readLife(history.archive, 1000, { ...request, ...ENDLESS }));
  expect(life?.to).toBeLessThanOrEqual(START + 660_000);
  expect(runAtOnce(readLife(history.archive, 1000, { ...request, pid: 4_000_000, startedAt: undefined, ...ENDLESS }))).toBeNull();
});

test("a reader that has left ends the work at the next slice", async () => {
  const history = new ProcessHistory(database);
  runSeconds({ from: 0, to: 7200, every: 10, history });
  const aborted = AbortSignal.abort(new Error("gone"));
  await expect(runInSlices(history.archive.consumers(ENDLESS), aborted)).rejects.toThrow("gone");
  const life = { pid: 3, startedAt: START, points: 720, now: START + 7_200_000, ...ENDLESS };
  await expect(runInSlices(readLife(history.archive, 10_000, life), aborted)).rejects.toThrow("gone");
});

test.each([
  ["each second", 1000, 0, 300],
  ["each ten seconds", 10_000, 7, 250],
  ["coarser than a block", 90_000, 0, 300],
])("the tables at each step are those of single moments: %s", (_name, stepMs, first, last) => {
  const history = new ProcessHistory(database);
  runSeconds({ from: 0, to: 300, every: 3, history });
  const [from, to] = [START + first * 1000, START + last * 1000];
  const expected: ProcessesAt[] = [];
  for (let at = from; at < to; at += stepMs) {
    const table = history.archive.at(at);
    if (table && table.at >= from && table.at > (expected.at(-1)?.at ?? 0)) expected.push(table);
  }
  const found = [...history.archive.tables({ from, to }, stepMs)].filter((table) => table !== undefined);
  expect(found.map(({ at }) => at)).toEqual(expected.map(({ at }) => at));
  expect(found).toEqual(expected);
  expect(found.length).toBeGreaterThan(2);
});

test.each([60, 300, 3600])("at an interval of %i s a table is found at the beginning, wherever retention cut", (every) => {
  const history = new ProcessHistory(database, every * 1000);
  const table = new ProcessTable();
  for (let tick = 0; tick < 60; tick++) {
    const delta = { at: START + tick * every * 1000, staleMs: 0, changed: [row(1, { cpu: tick / 100 })], exited: [] };
    table.apply(delta);
    history.add(delta, table);
  }
  history.finish();
  const cut = database.prepare("DELETE FROM process_blocks WHERE start = (SELECT min(start) FROM process_blocks)");
  for (let deletion = 0; deletion < 30; deletion++) {
    cut.run();
    expect(history.archive.firstTable(), `deletion ${deletion}`).toBeGreaterThan(START + deletion * every * 1000);
  }
});
