/**
 * The thread that reads the past: whatever is asked of years, ticks and pages do not wait for it. It has a connection of its own that
 * cannot write, and a limit of memory of its own.
 */
import { constants, setPriority } from "node:os";
import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { isAppError } from "~/domain/errors";
import { MetricCatalogue } from "../metric-catalogue";
import { openForReading } from "../store/file/database";
import { Ring } from "../store/series/ring";
import { StoreReader } from "../store/store-reader";
import { JobOrder } from "./job-order";
import type { FromReader, ReaderThreadOptions, ThreadError, ToReader, Unwritten } from "./messages";
import { type Answer, type Kind, type OpenTexts, prepareFor, type Question, workOf } from "./requests";

/** Between two slices the thread hears who has left and what is cheaper. */
const SLICE_MS = 10;

interface Job {
  id: number;
  cost: number;
  question: Question;
  unwritten: Unwritten;
  work?: { steps: Generator<undefined, Answer<Kind>>; lane: Lane };
}

const port = parentPort;
if (!port) throw new Error("the reader thread is started by the reader");
const { databasePath, intervalMs } = workerData as ReaderThreadOptions;
const send = (message: FromReader, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
const catalogue = new MetricCatalogue();
// Of this thread only: where the machine has no CPU left, samples and live pages come before questions about the past.
setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

/** A connection for one job at a time: what is under way sees the database as it was when it began. */
class Lane {
  private readonly database = openForReading(databasePath);
  private unwritten: Unwritten = { samples: [], processes: [] };
  readonly reader = new StoreReader(this.database, {
    intervalMs,
    definitionOf: catalogue.definitionOf,
    ring: Ring.of([]),
    unwritten: () => this.unwritten.processes,
  });

  begin(unwritten: Unwritten): void {
    this.unwritten = unwritten;
    this.reader.parts.ring = Ring.of(unwritten.samples);
    this.database.exec("BEGIN");
  }

  end(): void {
    this.unwritten = { samples: [], processes: [] };
    this.reader.parts.ring = Ring.of([]);
    // Unlike COMMIT, it does not fail after a page that SQLite cannot read.
    this.database.exec("ROLLBACK");
  }

  close(): void {
    this.database.close();
  }
}

const lanes = { short: new Lane(), long: new Lane() };
const order = new JobOrder<Job>();
const jobs = new Map<number, Job>();
const texts: OpenTexts = new Map();
let isWorking = false;

function end(job: Job): void {
  order.remove(job);
  jobs.delete(job.id);
  if (!job.work) return;
  job.work.steps.return(undefined as unknown as Answer<Kind>);
  job.work.lane.end();
}

/** Runs a job to its end, or for a slice of time. */
function workOn(job: Job): void {
  const isShort = order.isShort(job);
  try {
    if (!job.work) {
      const lane = isShort ? lanes.short : lanes.long;
      lane.begin(job.unwritten);
      job.work = { lane, steps: workOf(lane.reader, job.question, texts) as Generator<undefined, Answer<Kind>> };
    }
    const until = performance.now() + SLICE_MS;
    do {
      const { done, value } = job.work.steps.next();
      if (!done) continue;
      end(job);
      send({ type: "answer", id: job.id, answer: value }, value && "text" in value ? [value.text.buffer as ArrayBuffer] : []);
      return;
    } while (isShort || performance.now() < until);
  } catch (error) {
    end(job);
    send({ type: "failed", id: job.id, error: threadError(error) });
  }
}

function threadError(error: unknown): ThreadError {
  if (!(error instanceof Error)) return { code: null, message: String(error), stack: "" };
  return { code: isAppError(error) ? error.code : null, message: error.message, stack: error.stack ?? "" };
}

async function work(): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  for (let job = order.next(); job; job = order.next()) {
    workOn(job);
    await setImmediate();
  }
  isWorking = false;
}

port.on("message", (message: ToReader) => {
  switch (message.type) {
    case "define":
      for (const metric of message.metrics) catalogue.defineCustom(metric);
      break;
    case "ask": {
      const { id, cost, question, unwritten } = message;
      const job: Job = { id, cost, question, unwritten };
      jobs.set(id, job);
      prepareFor(question).then(
        () => {
          if (!jobs.has(id)) return;
          order.add(job);
          void work();
        },
        (error: unknown) => {
          jobs.delete(id);
          send({ type: "failed", id, error: threadError(error) });
        },
      );
      break;
    }
    case "cancel": {
      const job = jobs.get(message.id);
      if (job) end(job);
      break;
    }
    case "close":
      texts.get(message.id)?.return(undefined);
      texts.delete(message.id);
      break;
    case "stop":
      for (const job of [...jobs.values()]) end(job);
      lanes.short.close();
      lanes.long.close();
      port.close();
  }
});
