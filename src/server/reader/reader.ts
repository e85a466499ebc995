/**
 * Asks for the past, on the main thread: what is cheap is answered at once, the rest by the reader thread, which is started when it is
 * needed and ended when it has been idle.
 */
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Cause } from "~/domain/contributor";
import { AppError } from "~/domain/errors";
import type { EncodedHistory, History } from "~/domain/history";
import { builtInDefinition, type MetricDefinition } from "~/domain/metric";
import type { Outlook } from "~/domain/outlook";
import type { ProcessLife } from "~/domain/process";
import { hourStart, type UsualSeries } from "~/domain/usual";
import { localTimeZone } from "~/domain/wall-clock";
import type { Stretch } from "../causes/explain-metric";
import type { StretchAnswer, StretchQuestion } from "../causes/explain-stretch";
import type { DataRequest } from "../export/data-text";
import type { Logger } from "../log";
import type { ProcessAnalysis } from "../reports/process-analysis";
import type { ExcerptRequest } from "../store/excerpt/read-excerpt";
import type { ProcessesAt } from "../store/processes/process-archive";
import type { LifeRequest } from "../store/processes/process-life";
import type { ActiveRequest } from "../store/series/active";
import type { HistoryRequest } from "../store/series/history";
import type { Store } from "../store/store";
import type { FromReader, ReaderThreadOptions, ThreadError, ToReader } from "./messages";
import {
  type AnalysisRequest,
  type Answer,
  type Asked,
  type BacktestAnswer,
  type BacktestRequest,
  costOf,
  type DearKind,
  type DearQuestion,
  type Kind,
  type Question,
  type TopConsumers,
  type TopRequest,
  type WrittenAnswer,
  type WrittenRequest,
} from "./requests";
import { unwrittenFor } from "./unwritten";
import type { UsualRequest } from "./usual-bands";

/** A history that takes less time, such as that of a page that opens, is read on the main thread: the other one may have to start first. */
const CHEAP_MS = 10;
/** Without a request for that long the thread ends, and its memory is free. */
const IDLE_MS = 60_000;
const [MOST_WAITING, MINUTE_MS] = [200, 60_000];
/** Metrics and hours of which is remembered what is usual. */
const MOST_USUAL = 200;
/** Megabytes. Whoever asks for more than fits ends the thread, not the server. */
const MOST_MEMORY = 160;

interface Waiting {
  resolve: (answer: Answer<Kind>) => void;
  reject: (error: Error) => void;
}

export interface ReaderOptions {
  threadPath: string;
  thread: ReaderThreadOptions;
  store: Pick<Store, "reader" | "unwrittenProcesses" | "unwrittenSamples">;
  /** All metrics, built in and custom. */
  metrics: () => readonly MetricDefinition[];
  log: Pick<Logger, "error">;
}

/** A client that asks for many in a row: others have their turn in between. */
async function atOnce<Result>(read: () => Result, signal?: AbortSignal): Promise<Result> {
  await setImmediate();
  signal?.throwIfAborted();
  return read();
}

export class Reader {
  private thread: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;
  private readonly waiting = new Map<number, Waiting>();
  /** Exports under way: the thread holds where they are. */
  private readonly exports = new Set<number>();
  /** By hour and metric, the oldest first. */
  private readonly usualAt = new Map<string, Promise<UsualSeries[]>>();
  private lastOutlook: { at: number; answer: Promise<Outlook[]> } | undefined;
  private lastId = 0;
  /** How many metrics the thread knows. */
  private defined = 0;

  constructor(private readonly options: ReaderOptions) {}

  history(request: HistoryRequest, signal?: AbortSignal): Promise<History> {
    return this.planned("history", request, signal) as Promise<History>;
  }

  /** As `history`, with the numbers of one that takes long as JSON. */
  historyToSend(request: HistoryRequest, signal?: AbortSignal): Promise<History | EncodedHistory> {
    return this.planned("encodedHistory", request, signal);
  }

  /** The metrics with a value other than zero, sorted. */
  async active(request: ActiveRequest, signal?: AbortSignal): Promise<string[]> {
    const { reader } = this.options.store;
    const { ms } = reader.planActive(request);
    if (ms > CHEAP_MS) return this.ask({ kind: "active", ...request }, ms, signal);
    return atOnce(() => reader.activeAtOnce(request), signal);
  }

  /** At once what is cheap, of the given kind what is not. */
  private async planned(
    kind: "history" | "encodedHistory",
    request: HistoryRequest,
    signal?: AbortSignal,
  ): Promise<History | EncodedHistory> {
    const { reader } = this.options.store;
    const plan = reader.planHistory(request);
    if (plan.ms > CHEAP_MS) return this.ask({ kind, ...request }, plan.ms, signal);
    return atOnce(() => reader.historyAtOnce(request, plan), signal);
  }

  /** What used most in (from, to]. */
  topConsumers(request: TopRequest, signal?: AbortSignal): Promise<TopConsumers> {
    return this.askDear({ kind: "topConsumers", ...request }, signal);
  }

  /** The process table at a past moment; null when none is stored. */
  processesAt(at: number, signal?: AbortSignal): Promise<ProcessesAt | null> {
    return this.askDear({ kind: "processesAt", at }, signal);
  }

  /** The text of an export, as UTF-8. */
  dataText(request: DataRequest, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    return this.pieces(request, signal);
  }

  /** The records of a stretch, as frames of an incident file. */
  excerpt(request: ExcerptRequest, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    return this.pieces(request, signal);
  }

  private async *pieces(request: DataRequest | ExcerptRequest, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const id = ++this.lastId;
    this.exports.add(id);
    try {
      for (let begin: DataRequest | ExcerptRequest | null = request; ; begin = null) {
        const { text, isLast } = await this.askDear({ kind: "dataText", id, begin }, signal);
        yield text;
        if (isLast) return;
      }
    } finally {
      this.exports.delete(id);
      if (this.thread) this.tell(this.thread, { type: "close", id });
      this.restIfIdle();
    }
  }

  /** One process over time; null when nothing of it is stored. */
  processLife(request: LifeRequest, signal?: AbortSignal): Promise<ProcessLife | null> {
    return this.askDear({ kind: "processLife", ...request }, signal);
  }

  /** What processes did in a period, for a report. */
  processAnalysis(request: AnalysisRequest, signal?: AbortSignal): Promise<ProcessAnalysis> {
    return this.askDear({ kind: "processAnalysis", ...request }, signal);
  }

  /** Who explains a metric over a stretch of time. */
  cause(stretch: Stretch, signal?: AbortSignal): Promise<Cause> {
    return this.askDear({ kind: "cause", stretch }, signal);
  }

  /** What was different in a stretch of time. */
  explanation(question: StretchQuestion, signal?: AbortSignal): Promise<StretchAnswer> {
    return this.askDear({ kind: "explanation", ...question }, signal);
  }

  /** Tries a rule on the past. */
  backtest(request: Omit<BacktestRequest, "timeZone">, signal?: AbortSignal): Promise<BacktestAnswer> {
    return this.askDear({ kind: "backtest", ...request, timeZone: localTimeZone() }, signal);
  }

  /** When what can run out does so, by all that was measured before `at`. The same for all who ask within a minute. */
  outlook(at: number): Promise<Outlook[]> {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    if (this.lastOutlook?.at === minute) return this.lastOutlook.answer;
    const answer = this.askDear({ kind: "outlook", at: minute });
    const asked = { at: minute, answer };
    this.lastOutlook = asked;
    answer.catch(() => {
      if (this.lastOutlook === asked) this.lastOutlook = undefined;
    });
    return answer;
  }

  /** What is usual for a metric's series at the hour of `at`, on this machine's clocks. The same for all who ask of that hour. */
  usual({ name, at }: Pick<UsualRequest, "name" | "at">): Promise<UsualSeries[]> {
    const hour = hourStart(at, localTimeZone());
    const key = `${hour} ${name}`;
    const known = this.usualAt.get(key);
    if (known) return known;
    const answer = this.askDear({ kind: "usual", name, at: hour, timeZone: localTimeZone() });
    this.usualAt.set(key, answer);
    answer.catch(() => this.usualAt.delete(key));
    for (const [oldest] of this.usualAt) {
      if (this.usualAt.size <= MOST_USUAL) break;
      this.usualAt.delete(oldest);
    }
    return answer;
  }

  /** Samples of (from, to] as requests to an engine: the first ones when there are many. */
  written(request: WrittenRequest, signal?: AbortSignal): Promise<WrittenAnswer> {
    return this.askDear({ kind: "written", ...request }, signal);
  }

  async stop(): Promise<void> {
    const { thread } = this;
    if (!thread) return;
    this.forget(new AppError("unavailable", "The server is shutting down."));
    const ended = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
    this.tell(thread, { type: "stop" });
    await ended;
  }

  private askDear<One extends DearKind>(question: { kind: One } & Asked<One>, signal?: AbortSignal): Promise<Answer<One>> {
    return this.ask(question, costOf(this.options.store.reader, question as unknown as DearQuestion), signal);
  }

  /** Throws `unavailable` when too much is asked at once, and the signal's reason when it is aborted. */
  private async ask<One extends Kind>(
    question: { kind: One } & Asked<One>,
    cost: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer<One>> {
    signal?.throwIfAborted();
    if (this.waiting.size >= MOST_WAITING)
      throw new AppError(
        "unavailable",
        `${this.waiting.size} requests for history are already waiting. Try again in a few seconds.`,
      );
    const asked = question as unknown as Question;
    const id = ++this.lastId;
    const thread = this.running();
    const { promise, resolve, reject } = Promise.withResolvers<Answer<Kind>>();
    this.waiting.set(id, { resolve, reject });
    clearTimeout(this.idle);
    this.define(thread);
    this.tell(thread, { type: "ask", id, cost, question: asked, unwritten: unwrittenFor(asked, this.options.store) });
    const leave = () => {
      this.waiting.delete(id);
      this.tell(thread, { type: "cancel", id });
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", leave, { once: true });
    try {
      return (await promise) as Answer<One>;
    } finally {
      signal?.removeEventListener("abort", leave);
      this.restIfIdle();
    }
  }

  /** A reading of a metric that is not built in has its unit from its definition. */
  private define(thread: Worker): void {
    const metrics = this.options.metrics();
    if (metrics.length === this.defined) return;
    this.defined = metrics.length;
    this.tell(thread, { type: "define", metrics: metrics.filter(({ metric }) => !builtInDefinition(metric)) });
  }

  private running(): Worker {
    if (this.thread) return this.thread;
    const { threadPath, thread: options, log } = this.options;
    const thread = new Worker(threadPath, {
      name: "hostscope-reader",
      workerData: options,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY, maxYoungGenerationSizeMb: 8 },
    });
    let failure: Error | undefined;
    thread.on("message", (message: FromReader) => this.receive(message));
    thread.on("error", (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
      log.error({ err: error }, "the reader thread failed");
    });
    thread.on("exit", () => {
      if (this.thread !== thread) return;
      const isTooMuch = (failure as { code?: string } | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY";
      const why = isTooMuch
        ? "The request needs too much memory. Choose a shorter range."
        : "The reader thread ended. Try again.";
      this.forget(new AppError(isTooMuch ? "too_large" : "unavailable", why));
    });
    this.thread = thread;
    this.defined = 0;
    return thread;
  }

  private restIfIdle(): void {
    const { thread } = this;
    if (!thread || this.waiting.size + this.exports.size > 0) return;
    clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      if (this.thread !== thread || this.waiting.size + this.exports.size > 0) return;
      this.forget(new AppError("unavailable", "The reader thread ended. Try again."));
      this.tell(thread, { type: "stop" });
    }, IDLE_MS).unref();
  }

  /** Whoever waits is told; the next question starts another thread. */
  private forget(error: AppError): void {
    clearTimeout(this.idle);
    this.thread = undefined;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  private receive(message: FromReader): void {
    const waiting = this.waiting.get(message.id);
    if (!waiting) return;
    this.waiting.delete(message.id);
    if (message.type === "answer") waiting.resolve(message.answer);
    else waiting.reject(errorOf(message.error));
  }

  private tell(thread: Worker, message: ToReader): void {
    thread.postMessage(message);
  }
}

function errorOf({ code, message, stack }: ThreadError): Error {
  if (code !== null) return new AppError(code, message);
  return Object.assign(new Error(message), { stack });
}
