/**
 * Runs on the main thread: starts the collector thread, restarts it when it ends, derives frames from its ticks and passes them
 * on.
 */
import { Worker } from "node:worker_threads";
import type { CollectionCost } from "~/domain/collection-cost";
import { deriveFrame, type Frame } from "~/domain/derive";
import type { NotMeasured } from "~/domain/host";
import type { DefinitionOf } from "~/domain/metric";
import type { ProcessDelta } from "~/domain/process";
import { type Reading, type Sample, type Series, sameLabels, seriesKey } from "~/domain/sample";
import { everyAligned } from "../aligned-timer";
import type { Logger } from "../log";
import { BEAT_EVERY_MS, Heartbeat } from "./heartbeat";
import { LoopDelay } from "./loop-delay";
import type { CollectorThreadOptions, FromThread, ThreadTick, ToThread } from "./messages";
import { type BegunRequest, TickBatching } from "./tick-batching";

const RESTART_AFTER_MS = [1000, 2000, 5000, 10_000, 30_000];
const STOP_WITHIN_MS = 2000;

/** A tick with the frame derived from it and the tick before. */
export interface DerivedTick {
  sample: Sample;
  frame: Frame;
  processes: ProcessDelta;
  /** By how much the wall clock was set since the tick before, negative when back; 0 as a rule. */
  clockStepMs: number;
}

export interface WorkerOptions {
  threadPath: string;
  thread: Omit<CollectorThreadOptions, "running" | "writable" | "watchdog">;
  /** Log to which the thread writes why it ended the process, when this thread stood still. Without it, it does not watch. */
  watchdogLog?: string;
  running: boolean;
  writable: boolean;
  log: Logger;
  definitionOf: DefinitionOf;
  onTick: (tick: DerivedTick) => void;
  /** Called after each message with ticks: may the thread send the next ones in batches? */
  mayBatch: () => boolean;
  /** The collectors restart: known processes are no longer valid. */
  onRestart: () => void;
}

/** Reuses the series objects of the previous layout: each copy would stay in memory as long as its samples. */
function sharing(before: readonly Series[], next: readonly Series[]): readonly Series[] {
  const known = new Map(before.map((one) => [seriesKey(one), one]));
  return next.map((one) => known.get(seriesKey(one)) ?? one);
}

function sameReadings(one: readonly Reading[], other: readonly Reading[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ metric, labels, value }, index) => {
      const against = other[index] as Reading;
      return Object.is(value, against.value) && metric === against.metric && sameLabels(labels ?? {}, against.labels ?? {});
    })
  );
}

export class CollectorThread {
  private readonly batching = new TickBatching((batch) => this.tell({ type: "batch", batch }));
  private readonly delay = new LoopDelay();
  private readonly failing = new Map<string, string>();
  private readonly heartbeat = new Heartbeat();
  private readonly stopBeating = everyAligned(BEAT_EVERY_MS, () => this.heartbeat.beat());
  private running: boolean;
  private writable: boolean;
  private stopping = false;
  private thread: Worker;
  private restart: NodeJS.Timeout | undefined;
  /** Times the thread ended since its last tick. */
  private crashes = 0;
  private series: readonly Series[] = [];
  private previous: Sample | undefined;
  private lastCustom: readonly Reading[] = [];
  private lastLogError: string | null = null;
  private absent: readonly NotMeasured[] = [];
  private lastThreadError: string | null = null;
  private lastCost: CollectionCost | null = null;

  constructor(private readonly options: WorkerOptions) {
    this.running = options.running;
    this.writable = options.writable;
    this.thread = this.start();
  }

  setRunning(running: boolean): void {
    if (running === this.running) return;
    this.running = running;
    if (running) this.forget();
    this.tell({ type: running ? "run" : "pause" });
  }

  /** Whether the disk has enough free space; without it samples are queued in memory. */
  setWritable(writable: boolean): void {
    if (writable === this.writable) return;
    this.writable = writable;
    this.tell({ type: "writable", writable });
  }

  /** Sets the readings of custom metrics from the next sample on. */
  setCustom(readings: Reading[]): void {
    // A message wakes the thread, which is to sleep between its ticks.
    if (sameReadings(readings, this.lastCustom)) return;
    this.lastCustom = readings;
    this.tell({ type: "custom", readings });
  }

  /** How long the event loop keeps answers waiting, in seconds, 99th percentile of the last minute; null while nobody asks. */
  loopDelay(): number | null {
    return this.delay.p99(performance.now());
  }

  /** A request begins: ticks arrive immediately until ten seconds after the last request ends. */
  beginRequest(what: string): BegunRequest {
    this.heartbeat.note(what);
    return this.batching.beginRequest();
  }

  /** Why samples do not reach the database; null when they do. */
  logError(): string | null {
    return this.lastLogError;
  }

  failingCollectors(): { collector: string; error: string }[] {
    return [...this.failing].map(([collector, error]) => ({ collector, error }));
  }

  /** What this host does not let us read, and why. */
  absences(): readonly NotMeasured[] {
    return this.absent;
  }

  /** Why there is no collector thread; null while there is one that works. */
  threadError(): string | null {
    return this.lastThreadError;
  }

  /** Null before the first sample. */
  cost(): CollectionCost | null {
    return this.lastCost;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.stopBeating();
    this.delay.stop();
    clearTimeout(this.restart);
    const ended = new Promise<void>((resolve) => this.thread.once("exit", () => resolve()));
    this.tell({ type: "stop" });
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, STOP_WITHIN_MS))]);
    await this.thread.terminate();
  }

  /** The collectors start anew: what failed before may work now, and says so only if it does not. */
  private forget(): void {
    this.previous = undefined;
    this.failing.clear();
    this.absent = [];
    this.lastCustom = [];
    this.options.onRestart();
  }

  private tell(message: ToThread): void {
    this.thread.postMessage(message);
  }

  private start(): Worker {
    const { threadPath, thread, log, watchdogLog } = this.options;
    const watchdog = watchdogLog === undefined ? null : { memory: this.heartbeat.memory, logPath: watchdogLog };
    const { running, writable } = this;
    const worker = new Worker(threadPath, {
      name: "hostscope-collector",
      workerData: { ...thread, running, writable, watchdog } satisfies CollectorThreadOptions,
    });
    worker.on("message", (message: FromThread) => this.receive(message));
    worker.on("error", (error) => {
      this.lastThreadError = error instanceof Error ? error.message : String(error);
      log.error({ err: error }, "the collector thread failed");
    });
    worker.on("exit", () => this.onExit());
    return worker;
  }

  private onExit(): void {
    this.batching.onThreadEnded();
    if (this.stopping) return;
    const wait = RESTART_AFTER_MS[Math.min(this.crashes++, RESTART_AFTER_MS.length - 1)] as number;
    this.lastThreadError ??= "it ended";
    this.options.log.warn(`the collector thread ended, restarting in ${wait / 1000} s`);
    this.restart = setTimeout(() => {
      this.forget();
      this.thread = this.start();
    }, wait);
  }

  private receive(message: FromThread): void {
    switch (message.type) {
      case "ticks":
        for (const tick of message.ticks) this.derive(tick);
        this.batching.onTicks(performance.now(), this.options.mayBatch());
        this.delay.measure(this.batching.isAsked(performance.now()), performance.now());
        break;
      case "released":
        this.batching.onReleased();
        break;
      case "collector":
        this.noteCollector(message);
        break;
      case "absences":
        this.noteAbsences(message.absences);
        break;
      case "log":
        this.noteLog(message.error);
        break;
      case "stopped":
        break;
    }
  }

  private derive(tick: ThreadTick): void {
    this.heartbeat.note("a tick");
    this.series = tick.series ? sharing(this.series, tick.series) : this.series;
    const sample: Sample = { at: tick.at, series: this.series, values: tick.values };
    const frame = deriveFrame(this.previous, sample, this.options.definitionOf);
    this.previous = sample;
    this.crashes = 0;
    this.lastThreadError = null;
    if (this.lastCost && this.lastCost.detail !== tick.cost.detail)
      this.options.log.info(`reading processes in ${tick.cost.detail} detail`);
    this.lastCost = tick.cost;
    this.options.onTick({ sample, frame, processes: tick.processes, clockStepMs: tick.clockStepMs });
  }

  private noteAbsences(absences: readonly NotMeasured[]): void {
    const known = new Set(this.absent.map(({ what }) => what));
    for (const { what, reason } of absences) if (!known.has(what)) this.options.log.info(`not available: ${what}: ${reason}`);
    this.absent = absences;
  }

  private noteCollector({ collector, error }: { collector: string; error: string | null }): void {
    if (error === null) {
      this.failing.delete(collector);
      this.options.log.info(`collector ${collector} works again`);
    } else {
      this.failing.set(collector, error);
      this.options.log.warn(`collector ${collector} failed: ${error}`);
    }
  }

  private noteLog(error: string | null): void {
    this.lastLogError = error;
    if (error === null) this.options.log.info("the database can be written again, queued samples are stored");
    else this.options.log.warn(`cannot write to the database, queueing samples in memory: ${error}`);
  }
}
