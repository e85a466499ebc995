/** The built reader thread answers as the store does at once, and leaves nobody waiting. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { constants, getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AlertRule } from "~/domain/alert";
import { deriveFrame } from "~/domain/derive";
import type { EncodedHistory } from "~/domain/history";
import { withEncodedList } from "~/domain/prepared-json";
import type { ProcessDelta } from "~/domain/process";
import type { Sample, Series } from "~/domain/sample";
import { SEES_ALL } from "~/domain/sight";
import { processRow } from "../../../tests/helpers/process-row";
import { type DataRequest, dataText } from "../export/data-text";
import { MetricCatalogue } from "../metric-catalogue";
import { runAtOnce } from "../slices";
import { openDatabase } from "../store/file/database";
import { migrate, readMigrations } from "../store/file/migrate";
import { SampleLogWriter } from "../store/series/sample-log";
import { Store } from "../store/store";
import { Reader } from "./reader";
import { type Question, workOf } from "./requests";

const START = 1_700_000_000_000 - (1_700_000_000_000 % 86_400_000);
const MANY = 330;
const SECONDS = 3 * 3600;
const UNWRITTEN = 3000;
const NOW = START + (SECONDS + UNWRITTEN) * 1000;
const DAY_S = 86_400;
const AGES = { raw: DAY_S, processes: DAY_S, minute: DAY_S, hour: DAY_S, tables: DAY_S, alerts: DAY_S, maxBytes: 2 ** 30 };

const layout: Series[] = [
  { metric: "hostscope.sample.interval", labels: {} },
  ...Array.from({ length: MANY }, (_, disk) => ({
    metric: "system.disk.io",
    labels: { "system.device": `d${disk}`, "disk.io.direction": "read" },
  })),
  { metric: "my.queue", labels: {} },
];

function sampleAt(second: number): Sample {
  const values = Float64Array.from(layout, (_one, place) => (place === 0 ? 10 : place * 1000 * second));
  values[layout.length - 1] = second % 50;
  return { at: START + second * 1000, series: layout, values };
}

const deltaAt = (second: number): ProcessDelta => ({
  at: START + second * 1000,
  staleMs: 0,
  changed: [processRow(1 + (second % 40), { startedAt: START, name: `p${second % 40}`, cpu: (second % 10) / 10 })],
  exited: [],
});

const catalogue = new MetricCatalogue();
catalogue.defineCustom({ metric: "my.queue", unit: "{job}", kind: "gauge" });

let folder: string;
let store: Store;
let reader: Reader;
let errors: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-reader-"));
  const path = join(folder, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  const writer = new SampleLogWriter(database);
  database.transaction(() => {
    for (let second = 0; second < SECONDS; second += 10) writer.append(sampleAt(second));
  })();
  database.close();
  store = await Store.open(
    {
      path,
      intervalMs: 10_000,
      historySize: 60,
      retention: AGES,
      definitionOf: catalogue.definitionOf,
      onError: (error) => {
        throw error;
      },
    },
    NOW,
  );
  for (let slice = 0; slice < 400; slice++) store.maintain(START + SECONDS * 1000, slice);
  // The database takes no more for now: these are in memory only.
  let previous: Sample | undefined;
  for (let second = SECONDS; second <= SECONDS + UNWRITTEN; second += 10) {
    const sample = sampleAt(second);
    store.add(sample, deriveFrame(previous, sample, catalogue.definitionOf), deltaAt(second));
    previous = sample;
  }
  errors = [];
  reader = new Reader({
    threadPath: join(process.cwd(), "dist", "reader-thread.mjs"),
    thread: { databasePath: path, intervalMs: 10_000 },
    store,
    metrics: () => catalogue.all(),
    log: { error: (text: unknown) => void errors.push(String(text)) },
  });
});

afterEach(async () => {
  await reader.stop();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const whole = { from: START, to: NOW + 1 };
const dear = { name: "custom", metrics: ["system.disk.io", "my.queue"], ...whole, points: 700, aggregate: "avg" as const };
const rule: AlertRule = {
  name: "queue",
  metric: "my.queue",
  match: {},
  without: [],
  aggregate: "last",
  windowSeconds: 0,
  op: "above",
  thresholds: { warning: 35 },
  clearMargin: 0,
  forSeconds: 0,
  keepFiringForSeconds: 0,
  noData: "ok",
  forecastSeconds: null,
  channels: null,
  description: "",
  atLeast: null,
} as unknown as AlertRule;
const timing = { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 4 * 3_600_000 };
const life = { pid: 1, startedAt: START, from: undefined, to: undefined, points: 100, now: NOW };

const atOnce = (question: Question) => runAtOnce(workOf(store.reader, question) as Generator<undefined, unknown>);
const threadOf = () => (reader as unknown as { thread: Worker | undefined }).thread;

test("every answer is that of the store, with what the database has not taken yet", async () => {
  const history = await reader.history(dear);
  expect(threadOf()).toBeDefined();
  expect(history).toEqual(store.history(dear));
  const queue = history.series.find(({ metric }) => metric === "my.queue");
  expect(queue?.unit).toBe("{job}");
  expect(queue?.values.at(-1)).toBe((SECONDS + UNWRITTEN) % 50);
  const top = { range: whole, sort: "cpu" as const, limit: 5, sight: SEES_ALL };
  const answers = {
    topConsumers: await reader.topConsumers(top),
    processesAt: await reader.processesAt(NOW),
    processLife: await reader.processLife(life),
    processAnalysis: await reader.processAnalysis({ period: whole, measuredSeconds: 3600, memoryBytes: 1e9 }),
    backtest: await reader.backtest({ rule, range: whole, timing, perWeek: 1 }),
    outlook: await reader.outlook(NOW),
  };
  expect(answers).toEqual({
    topConsumers: atOnce({ kind: "topConsumers", ...top }),
    processesAt: atOnce({ kind: "processesAt", at: NOW }),
    processLife: atOnce({ kind: "processLife", ...life }),
    processAnalysis: atOnce({ kind: "processAnalysis", period: whole, measuredSeconds: 3600, memoryBytes: 1e9 }),
    backtest: atOnce({ kind: "backtest", rule, range: whole, timing, perWeek: 1, timeZone: "UTC" }),
    outlook: atOnce({ kind: "outlook", at: NOW }),
  });
  expect(answers.topConsumers.total).toBeGreaterThan(1);
  expect(answers.processesAt?.rows.length).toBeGreaterThan(1);
  expect(answers.backtest.firings.length).toBeGreaterThan(100);
  expect(errors).toEqual([]);
});

const processRows: DataRequest = {
  kind: "processes",
  format: "json",
  range: { from: NOW - 3_000_000, to: NOW },
  stepMs: 10_000,
  sight: SEES_ALL,
};

test("an export is the text that the store gives at once, however many pieces it takes", async () => {
  const readings: DataRequest = {
    kind: "readings",
    format: "csv",
    metrics: [{ metric: "system.disk.io", help: "" }],
    range: { from: START, to: NOW },
    from: START,
    to: NOW,
    now: NOW,
    intervalSeconds: 10,
    stepSeconds: 600,
    retention: { raw: DAY_S, minute: DAY_S },
  };
  for (const request of [readings, processRows]) {
    const pieces: Uint8Array[] = [];
    for await (const piece of reader.dataText(request)) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(1);
    expect(Buffer.concat(pieces).toString()).toBe([...dataText(store.reader, request)].join(""));
  }
  expect(errors).toEqual([]);
});

test("an export of a thread that has ended breaks off with a word", async () => {
  const pieces = reader.dataText(processRows);
  await pieces.next();
  await threadOf()?.terminate();
  await expect(pieces.next()).rejects.toMatchObject({ code: "unavailable" });
});

test("a dear history is sent as JSON, the same as any other", async () => {
  const { series, ...head } = (await reader.historyToSend(dear)) as EncodedHistory;
  const sent = JSON.parse(withEncodedList(head, "series", series).text) as unknown;
  expect(sent).toEqual(JSON.parse(JSON.stringify(store.history(dear))));
  expect(series.length).toBeGreaterThan(100);
  const cheap = { ...dear, metrics: ["my.queue"], points: 20 };
  expect(await reader.historyToSend(cheap)).toEqual(store.history(cheap));
});

test("the thread gives way to those that sample and serve pages", async () => {
  await reader.processesAt(NOW);
  const nice = (task: string) =>
    Number(
      readFileSync(`/proc/self/task/${task}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ")[16],
    );
  const tasks = readdirSync("/proc/self/task").map((task) => ({
    name: readFileSync(`/proc/self/task/${task}/comm`, "utf8").trim(),
    nice: nice(task),
  }));
  const own = tasks.filter(({ name }) => name.startsWith("hostscope-read"));
  expect(own.map((task) => task.nice)).toEqual([getPriority() + constants.priority.PRIORITY_BELOW_NORMAL]);
});

test("a cheap history needs no thread", async () => {
  const request = { ...dear, metrics: ["my.queue"], points: 20 };
  expect(await reader.history(request)).toEqual(store.history(request));
  expect(threadOf()).toBeUndefined();
});

test("who leaves is told at once and holds nobody up", async () => {
  const left = new AbortController();
  const given = Array.from({ length: 20 }, () => reader.history(dear, left.signal));
  const wanted = reader.processesAt(NOW);
  left.abort(new Error("gone"));
  for (const { reason } of (await Promise.allSettled(given)) as PromiseRejectedResult[])
    expect(reason).toEqual(new Error("gone"));
  expect((await wanted)?.at).toBe(NOW);
  await expect(reader.history(dear, left.signal)).rejects.toThrow("gone");
});

test("what cannot be answered is told as the store tells it", async () => {
  const tooMuch = { ...dear, points: 300_000, to: START + 300_000 * 10_000, stepSeconds: 10 };
  await expect(reader.history(tooMuch)).rejects.toMatchObject({ name: "AppError", code: "too_large" });
});

test("when the thread ends, whoever waits is told, and the next question starts another", async () => {
  const waiting = reader.history(dear);
  const settled = expect(waiting).rejects.toMatchObject({ code: "unavailable", message: "The reader thread ended. Try again." });
  await threadOf()?.terminate();
  await settled;
  expect(await reader.history(dear)).toEqual(store.history(dear));
});

test("two hundred questions wait, the next is refused", async () => {
  const at = START + SECONDS * 1000;
  const asked = Array.from({ length: 200 }, () => reader.processesAt(at));
  await expect(reader.processesAt(at)).rejects.toMatchObject({ code: "unavailable" });
  expect((await Promise.all(asked)).every((table) => table?.at === at)).toBe(true);
});

test("of a rule that would have fired all the time the last firings are told, and how many there were", () => {
  const series = [{ metric: "my.queue", labels: {}, unit: "{job}" }];
  const frames = Array.from({ length: 4000 }, (_, second) => ({
    frame: { at: START + second * 1000, series, values: Float64Array.of(second % 2 === 0 ? 100 : 0) },
    seconds: 1,
  }));
  const replayed = { replay: () => ({ frames, intervalSeconds: 1, approximate: false, values: frames.length }) };
  const asked = { kind: "backtest" as const, rule, range: whole, timing, perWeek: 1, timeZone: "UTC" };
  const found = runAtOnce(workOf(replayed as unknown as Store["reader"], asked));
  expect(found.times).toBe(2000);
  expect(found.firings).toHaveLength(500);
  expect(found.firings.at(-1)?.from).toBe(START + 3_998_000);
  expect(found.transitions).toHaveLength(1000);
});
