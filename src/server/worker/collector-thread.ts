/** The thread that reads the kernel. A busy main thread may delay a chart but never a sample. */
import { appendFileSync, readFileSync, writeSync } from "node:fs";
import { url as inspectorUrl } from "node:inspector";
import { parentPort, workerData } from "node:worker_threads";
import { Redactor } from "~/domain/redact";
import type { Reading, Series } from "~/domain/sample";
import { loadPlatform } from "../collectors/registry";
import { Sampler } from "../collectors/run";
import { keepHeapSmall } from "../heap-keeper";
import { openDatabase } from "../store/file/database";
import { SampleLogWriter } from "../store/series/sample-log";
import { BEAT_EVERY_MS, STALLED_MS, Watchdog } from "./heartbeat";
import type { CollectorThreadOptions, FromThread, ThreadTick, ToThread } from "./messages";
import { type ScheduledTick, startTickTimer, type TickTimer } from "./schedule";

/** Longest wait for another process's lock, well below a tick. */
const LOCK_TIMEOUT_MS = 50;
/** A batch is sent when the wall clock passes a multiple of this. */
const BATCH_MS = 5000;

const port = parentPort;
if (!port) throw new Error("the collector thread is started by the worker");
const options = workerData as CollectorThreadOptions;
const send = (message: FromThread) => port.postMessage(message);

const database = openDatabase(options.databasePath, { timeoutMs: LOCK_TIMEOUT_MS, checkpoints: true });
const log = new SampleLogWriter(database);
log.writable = options.writable;
const platform = await loadPlatform(process.platform);
const redactor = new Redactor(options.redact);
let sampler = newSampler();
let schedule: TickTimer | undefined;
let custom: Reading[] = [];
let missed = 0;
let lastSeries: readonly Series[] | undefined;
let lastLogError: string | null = null;
let isBatching = false;
let held: ThreadTick[] = [];
let lastTurn = Number.NaN;

function newSampler(): Sampler {
  const { roots, cores, mostSeries } = options;
  return new Sampler(roots, platform.collectors, cores, (...own) => platform.openProcesses(...own, redactor), mostSeries);
}

function tick({ at, missed: skipped, clockStepMs }: ScheduledTick): void {
  missed += skipped;
  const own: Reading[] = [
    { metric: "hostscope.clock.step", value: Math.abs(clockStepMs) / 1000 },
    { metric: "hostscope.sample.missed", value: missed },
    { metric: "hostscope.store.backlog", value: log.backlog },
    ...custom,
  ];
  const { sample, processes, changes, absences, cost } = sampler.collect(at, own, !isBatching);
  if (absences !== null) send({ type: "absences", absences });
  for (const { collector, error } of changes) send({ type: "collector", collector, error });
  reportLog(log.append(sample, processes));
  const series = sample.series === lastSeries ? null : sample.series;
  held.push({ at, clockStepMs, series, values: sample.values, processes, cost });
  lastSeries = sample.series;
  const turn = Math.floor(at / BATCH_MS);
  if (!isBatching || turn !== lastTurn) release();
  lastTurn = turn;
}

function release(): void {
  if (held.length > 0) send({ type: "ticks", ticks: held });
  held = [];
}

function reportLog(thrown: unknown): void {
  // What is held back has not reached the database.
  if (!log.writable) return;
  const error = thrown === null ? null : thrown instanceof Error ? thrown.message : String(thrown);
  if (error !== lastLogError) send({ type: "log", error });
  lastLogError = error;
}

function pause(): void {
  release();
  schedule?.stop();
  schedule = undefined;
}

function run(): void {
  if (schedule) return;
  // Rates must not be computed across a pause.
  sampler.close();
  sampler = newSampler();
  log.restart();
  lastSeries = undefined;
  schedule = startTickTimer(options.intervalMs, tick);
}

port.on("message", (message: ToThread) => {
  if (message.type === "run") run();
  else if (message.type === "custom") custom = message.readings;
  else if (message.type === "pause") pause();
  else if (message.type === "writable") {
    log.writable = message.writable;
    // While ticks come, each writes a batch.
    reportLog(schedule ? log.flush() : log.flushAll());
  } else if (message.type === "batch") {
    isBatching = message.batch;
    if (isBatching) return;
    release();
    send({ type: "released" });
  } else {
    pause();
    reportLog(log.flushAll());
    database.close();
    sampler.close();
    send({ type: "stopped" });
    port.close();
  }
});

keepHeapSmall();

if (options.watchdog) {
  const { memory, logPath } = options.watchdog;
  const watchdog = new Watchdog(memory, performance.now());
  setInterval(() => {
    const activity = watchdog.look(performance.now(), waitedMs());
    // A debugger stops the main thread on purpose.
    if (activity !== null && inspectorUrl() === undefined) endProcess(activity, logPath);
  }, BEAT_EVERY_MS).unref();
}

/** How long the main thread has waited for a CPU, by its schedstat; 0 where the kernel does not tell. */
function waitedMs(): number {
  try {
    const [, waited] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "latin1").split(" ");
    return Number(waited) / 1e6 || 0;
  } catch {
    return 0;
  }
}

/** Says why, past the main thread, which would have to write for the log, and ends the whole process. */
function endProcess(activity: string, logPath: string): void {
  const msg =
    `the main thread has been stuck for ${STALLED_MS / 1000} s; the last thing it started was ${activity || "nothing"}. ` +
    "The process exits so that its service manager can restart it. Please report this line";
  try {
    writeSync(2, `error: ${msg}\n`);
    appendFileSync(logPath, `${JSON.stringify({ level: 60, time: Date.now(), pid: process.pid, msg })}\n`);
  } catch {
    // Nobody reads the terminal any more, or the disk is full.
  }
  process.kill(process.pid, "SIGKILL");
}

if (options.running) run();
