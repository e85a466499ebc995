/** The background worker: starts the collector thread, keeps it alive and publishes its samples. */
import { Worker } from "node:worker_threads";
import type { CollectionCost } from "~/domain/collection-cost";
import { deriveFrame, type Frame } from "~/domain/derive";
import type { ProcessDelta } from "~/domain/process";
import { type Reading, type Sample, type Series, seriesKey } from "~/domain/sample";
import type { Logger } from "../log";
import type { CollectorThreadOptions, FromThread, ThreadTick, ToThread } from "./messages";

const RESTART_AFTER_MS = [1000, 2000, 5000, 10_000, 30_000];
const STOP_WITHIN_MS = 2000;
/** Ticks that wait are here within a millisecond or two; a thread that hangs in a read of the kernel holds up nobody. */
const RELEASE_WITHIN_MS = 200;

export interface DerivedTick {
  sample: Sample;
  frame: Frame;
  processes: ProcessDelta;
}

export interface WorkerOptions {
  threadPath: string;
  thread: Omit<CollectorThreadOptions, "running" | "writable">;
  running: boolean;
  writable: boolean;
  log: Logger;
  onCollected: (collected: DerivedTick) => void;
  /** After each message with ticks: whether the next ones may wait for each other. */
  mayHold: () => boolean;
  /** The thread starts from nothing: what was known of processes no longer holds. */
  onRestart: () => void;
}

export interface BackgroundWorker {
  setRunning(running: boolean): void;
  /** Whether the disk has room; samples wait in memory while it has not. */
  setWritable(writable: boolean): void;
  /** What the user's own metrics say, from the next sample on. */
  setCustom(readings: Reading[]): void;
  /** Resolves when every tick so far was passed to `onCollected`; from here on they come at once, until `mayHold` says otherwise. */
  release(): Promise<void>;
  /** Why samples are not reaching the database, null when they are. */
  logError(): string | null;
  failingCollectors(): { collector: string; error: string }[];
  /** Null before the first sample. */
  cost(): CollectionCost | null;
  stop(): Promise<void>;
}

/** Another layout with the series that it shares with the one before: each copy of them would stay for as long as its samples. */
function sharing(before: readonly Series[], next: readonly Series[]): readonly Series[] {
  const known = new Map(before.map((one) => [seriesKey(one), one]));
  return next.map((one) => known.get(seriesKey(one)) ?? one);
}

export function startWorker(options: WorkerOptions): BackgroundWorker {
  const { log } = options;
  const failing = new Map<string, string>();
  let { running, writable } = options;
  let stopping = false;
  let crashes = 0;
  let lastCustom = 0;
  let logError: string | null = null;
  let cost: CollectionCost | null = null;
  let series: readonly Series[] = [];
  let previous: Sample | undefined;
  let restart: NodeJS.Timeout | undefined;
  let holding = false;
  let released: (() => void)[] = [];
  let thread = start();

  function start(): Worker {
    const worker = new Worker(options.threadPath, {
      name: "hostscope-collector",
      workerData: { ...options.thread, running, writable } satisfies CollectorThreadOptions,
    });
    worker.on("message", receive);
    worker.on("error", (error) => log.error({ err: error }, "the collector thread failed"));
    worker.on("exit", () => {
      holding = false;
      answerReleased();
      if (stopping) return;
      const wait = RESTART_AFTER_MS[Math.min(crashes++, RESTART_AFTER_MS.length - 1)] as number;
      log.warn(`the collector thread ended, it starts again in ${wait / 1000} s`);
      restart = setTimeout(() => {
        previous = undefined;
        options.onRestart();
        thread = start();
      }, wait);
    });
    return worker;
  }

  function collected(tick: ThreadTick): void {
    series = tick.series ? sharing(series, tick.series) : series;
    const sample: Sample = { at: tick.at, series, values: tick.values };
    const frame = deriveFrame(previous, sample);
    previous = sample;
    crashes = 0;
    if (cost && cost.detail !== tick.cost.detail) log.info(`processes are read with ${tick.cost.detail} detail`);
    cost = tick.cost;
    options.onCollected({ sample, frame, processes: tick.processes });
  }

  function answerReleased(): void {
    const waiting = released;
    released = [];
    for (const answer of waiting) answer();
  }

  function setHolding(hold: boolean): void {
    if (hold === holding) return;
    holding = hold;
    tell({ type: "hold", hold });
  }

  function receive(message: FromThread): void {
    if (message.type === "ticks") {
      for (const tick of message.ticks) collected(tick);
      setHolding(options.mayHold());
    } else if (message.type === "released") {
      answerReleased();
    } else if (message.type === "collector") {
      if (message.error === null) {
        failing.delete(message.collector);
        log.info(`collector ${message.collector} works again`);
      } else {
        failing.set(message.collector, message.error);
        log.warn(`collector ${message.collector} failed: ${message.error}`);
      }
    } else if (message.type === "log") {
      logError = message.error;
      if (message.error === null) log.info("samples reach the database again, the ones that waited are written");
      else log.warn(`samples wait in memory, the database takes none: ${message.error}`);
    }
  }

  const tell = (message: ToThread) => thread.postMessage(message);
  return {
    setRunning(wanted) {
      if (wanted === running) return;
      running = wanted;
      if (wanted) {
        previous = undefined;
        options.onRestart();
      }
      tell({ type: wanted ? "run" : "pause" });
    },
    setWritable(wanted) {
      if (wanted === writable) return;
      writable = wanted;
      tell({ type: "writable", writable });
    },
    setCustom(readings) {
      if (readings.length === 0 && lastCustom === 0) return;
      lastCustom = readings.length;
      tell({ type: "custom", readings });
    },
    release() {
      if (!holding && released.length === 0) return Promise.resolve();
      setHolding(false);
      return new Promise((resolve) => {
        const late = setTimeout(resolve, RELEASE_WITHIN_MS);
        released.push(() => {
          clearTimeout(late);
          resolve();
        });
      });
    },
    logError: () => logError,
    cost: () => cost,
    failingCollectors: () => [...failing].map(([collector, error]) => ({ collector, error })),
    async stop() {
      stopping = true;
      clearTimeout(restart);
      const ended = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
      tell({ type: "stop" });
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, STOP_WITHIN_MS))]);
      await thread.terminate();
    },
  };
}
