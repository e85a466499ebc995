/** What the reader thread is asked, and how each question is answered from the store. */
import type { AlertRule } from "~/domain/alert";
import type { Cause } from "~/domain/contributor";
import { AppError } from "~/domain/errors";
import { type EncodedHistory, encodeSeries, type History } from "~/domain/history";
import { OUTLOOK_KINDS, OUTLOOK_METRICS, type Outlook, outlookRanges, outlooksOf } from "~/domain/outlook";
import { type Consumer, countProcesses, type ProcessLife, type ProcessSort, topConsumers } from "~/domain/process";
import { type Sight, seesPrivate, type VisibleRow, visibleRow } from "~/domain/sight";
import type { UsualSeries } from "~/domain/usual";
import { type Backtest, type BacktestOptions, backtest } from "../alerts/backtest";
import { explainMetric, type Stretch } from "../causes/explain-metric";
import { BASELINE_TIMES, explainStretch, type StretchAnswer, type StretchQuestion } from "../causes/explain-stretch";
import { type DataRequest, dataText } from "../export/data-text";
import { frames } from "../incident/frames";
import type { Batch, WriteFormat } from "../remote-write/batches";
import { analyseProcesses, type ProcessAnalysis, type ProcessMoment } from "../reports/process-analysis";
import { causeSource } from "../store/cause-source";
import { type ExcerptRequest, readExcerpt } from "../store/excerpt/read-excerpt";
import type { ProcessesAt, TimeSpan } from "../store/processes/process-archive";
import type { LifeRequest } from "../store/processes/process-life";
import type { ActiveRequest } from "../store/series/active";
import type { HistoryRequest } from "../store/series/history";
import type { StoreReader } from "../store/store-reader";
import { bandsOfThePast, type UsualRequest, usualBands } from "./usual-bands";

export interface TopRequest {
  range: TimeSpan;
  sort: ProcessSort;
  limit: number;
  /** What is hidden is hidden before it is sorted: the order would tell it. */
  sight: Sight;
}

export interface TopConsumers {
  /** How many processes there were. */
  total: number;
  consumers: VisibleRow<Consumer>[];
}

export interface TextRequest {
  /** Which export, of those under way. */
  id: number;
  /** What is exported; with the first piece only. */
  begin: DataRequest | ExcerptRequest | null;
}

export interface TextPiece {
  /** Of text, UTF-8. */
  text: Uint8Array;
  isLast: boolean;
}

/** Exports under way, by id. */
export type OpenTexts = Map<number, Generator<string | Uint8Array | undefined>>;

export interface CauseRequest {
  stretch: Stretch;
}

export interface AnalysisRequest {
  period: TimeSpan;
  measuredSeconds: number;
  memoryBytes: number;
}

export interface BacktestRequest extends Pick<BacktestOptions, "timing" | "perWeek"> {
  rule: AlertRule;
  range: TimeSpan;
  /** Of the hours at which a rule asks for what is usual. */
  timeZone: string;
}

/** The newest transitions and firings; `times` counts all firings. */
export interface BacktestAnswer extends Backtest {
  times: number;
  /** True when made from minute means. */
  approximate: boolean;
}

/** Samples of (from, to] for an engine. */
export interface WrittenRequest extends TimeSpan {
  format: WriteFormat;
}

export interface WrittenAnswer {
  /** Oldest first; the first ones only when there are many. */
  batches: Batch[];
  /** Time that it took to read and to pack them. */
  workMs: number;
}

interface Questions {
  history: { asked: HistoryRequest; answer: History };
  encodedHistory: { asked: HistoryRequest; answer: EncodedHistory };
  active: { asked: ActiveRequest; answer: string[] };
  topConsumers: { asked: TopRequest; answer: TopConsumers };
  processesAt: { asked: { at: number }; answer: ProcessesAt | null };
  dataText: { asked: TextRequest; answer: TextPiece };
  processLife: { asked: LifeRequest; answer: ProcessLife | null };
  processAnalysis: { asked: AnalysisRequest; answer: ProcessAnalysis };
  backtest: { asked: BacktestRequest; answer: BacktestAnswer };
  cause: { asked: CauseRequest; answer: Cause };
  explanation: { asked: StretchQuestion; answer: StretchAnswer };
  outlook: { asked: { at: number }; answer: Outlook[] };
  usual: { asked: UsualRequest; answer: UsualSeries[] };
  written: { asked: WrittenRequest; answer: WrittenAnswer };
}

export type Kind = keyof Questions;
export type Asked<One extends Kind> = Questions[One]["asked"];
export type Answer<One extends Kind> = Questions[One]["answer"];
export type Question = { [One in Kind]: { kind: One } & Asked<One> }[Kind];
/** All but those whose cost the store plans. */
export type DearKind = Exclude<Kind, "history" | "encodedHistory" | "active">;
export type DearQuestion = Extract<Question, { kind: DearKind }>;

type Work<One extends Kind> = Generator<undefined, Answer<One>>;

const NO_IO = { readBytes: 0, writtenBytes: 0 };
/** Characters of an export in one message. */
const TEXT_A_PIECE = 256_000;
const utf8 = new TextEncoder();
/** Moments of a period at which a report looks at the process table. */
const MOMENTS = 36;
/** Of a rule that would have fired all the time only the last are of use. */
const [MOST_FIRINGS, MOST_TRANSITIONS] = [500, 1000];
/** Series that an explanation looks at: those with the highest values, of which a machine of a thousand containers has more. */
const MOST_EXPLAINED = 2000;
/** More than an outlook's ranges have: their steps count. Of more filesystems than that an answer would be too large. */
const [OUTLOOK_POINTS, OUTLOOK_SERIES] = [1000, 500];
/** Requests of one answer, some megabytes; and samples between two yields. */
const [MOST_BATCHES, SAMPLES_A_SLICE] = [12, 100];
/** Values that a rule is tried on: about ten seconds of work. */
const MOST_TRIED = 20_000_000;

const WORK: { [One in Kind]: (reader: StoreReader, asked: Asked<One>, texts: OpenTexts) => Work<One> } = {
  history: (reader, request) => reader.history(request),
  *encodedHistory(reader, request) {
    const { series: all, ...history } = yield* reader.history(request);
    const series: EncodedHistory["series"] = [];
    for (const one of all) {
      series.push(encodeSeries(one));
      yield;
    }
    return { ...history, series };
  },
  active: (reader, request) => reader.active(request),
  *topConsumers(reader, { range, sort, limit, sight }) {
    const all = yield* reader.consumers(range);
    const total = countProcesses(all);
    const single = all.filter(({ pid }) => pid !== 0);
    // Of tens of thousands, only those that are shown need more than what they are sorted by.
    const sortable = sort === "io" ? single.map((one) => (seesPrivate(sight, one.user) ? one : { ...one, ...NO_IO })) : single;
    yield;
    return { total, consumers: topConsumers(sortable, sort, limit).map((one) => visibleRow(one, sight)) };
  },
  processesAt: (reader, { at }) => inOneSlice(() => reader.processesAt(at)),
  *dataText(reader, { id, begin }, texts) {
    const pieces = begin ? begun(reader, begin) : texts.get(id);
    if (!pieces) throw new AppError("unavailable", "The export was interrupted by a restart of the reader thread. Try again.");
    // Whoever breaks off in the middle of a piece does not go on.
    texts.delete(id);
    let goesOn = false;
    try {
      let text = "";
      const bytes: Uint8Array[] = [];
      for (let size = 0; size < TEXT_A_PIECE; ) {
        const { done, value = "" } = pieces.next();
        if (done) return { text: joined(text, bytes), isLast: true };
        if (typeof value === "string") text += value;
        else bytes.push(value);
        size += value.length;
        yield;
      }
      texts.set(id, pieces);
      goesOn = true;
      return { text: joined(text, bytes), isLast: false };
    } finally {
      if (!goesOn) pieces.return(undefined);
    }
  },
  processLife: (reader, request) => reader.processLife(request),
  *processAnalysis(reader, { period, measuredSeconds, memoryBytes }) {
    const { from, to } = period;
    const moments: ProcessMoment[] = [];
    for (let index = 1; index <= MOMENTS; index++) {
      yield;
      const table = reader.processesAt(from + ((to - from) * index) / MOMENTS);
      if (table && table.at >= from && table.at !== moments.at(-1)?.at) moments.push({ at: table.at, rows: table.rows });
    }
    const consumers = yield* reader.consumers(period);
    return analyseProcesses({ consumers, moments, measuredSeconds, memoryBytes });
  },
  explanation: (reader, question) =>
    explainStretch(question, {
      consumers: (span) => reader.consumers(span),
      history: (metrics, span, points) =>
        reader.history({ name: "explain", metrics, ...span, points, aggregate: "avg", limit: MOST_EXPLAINED }),
    }),
  cause: (reader, { stretch }) => inOneSlice(() => explainMetric(stretch, causeSource(reader))),
  *backtest(reader, { rule, range, ...options }) {
    const { frames, intervalSeconds, approximate, values } = reader.replay(rule.metric, range);
    if (values > MOST_TRIED)
      throw new AppError("too_large", `${rule.metric} has too many series to test a rule on this range. Choose a shorter one.`);
    const bandOf = bandsOfThePast(reader, options.timeZone);
    const result = yield* backtest(rule, { frames, intervalSeconds, bandOf }, options);
    const transitions = result.transitions.slice(-MOST_TRANSITIONS);
    return { ...result, transitions, firings: result.firings.slice(-MOST_FIRINGS), times: result.firings.length, approximate };
  },
  *outlook(reader, { at }) {
    const found: Outlook[] = [];
    for (const kind of OUTLOOK_KINDS) {
      const histories: History[] = [];
      for (const range of outlookRanges(at))
        histories.push(
          yield* reader.history({
            name: OUTLOOK_METRICS[kind],
            ...range,
            points: OUTLOOK_POINTS,
            aggregate: "avg",
            limit: OUTLOOK_SERIES,
          }),
        );
      found.push(...outlooksOf(kind, histories, at));
    }
    return found;
  },
  usual: (reader, request) => usualBands(reader, request),
  *written(reader, { from, to, format }) {
    if (!batching) throw new Error("what a question needs is loaded before its work begins");
    const batcher = new batching.Batcher(format, reader.parts.definitionOf);
    const batches: Batch[] = [];
    let workMs = 0;
    let since = performance.now();
    let count = 0;
    for (const sample of reader.samples({ from: from + 1, to: to + 1 })) {
      const batch = batcher.add(sample);
      if (batch && batches.push(batch) >= MOST_BATCHES) return { batches, workMs: workMs + performance.now() - since };
      if (++count % SAMPLES_A_SLICE !== 0) continue;
      workMs += performance.now() - since;
      yield;
      since = performance.now();
    }
    const last = batcher.finish(to);
    if (last) batches.push(last);
    return { batches, workMs: workMs + performance.now() - since };
  },
};

let batching: typeof import("../remote-write/batches") | undefined;

/** Loads what only some servers need. Call it before the work of a question begins. */
export async function prepareFor({ kind }: Question): Promise<void> {
  if (kind === "written") batching ??= await import("../remote-write/batches");
}

/** An export is text, or bytes. */
function begun(reader: StoreReader, request: DataRequest | ExcerptRequest): Generator<string | Uint8Array | undefined> {
  return request.kind === "excerpt" ? frames(readExcerpt(reader, request)) : dataText(reader, request);
}

/** In memory of its own, which can be handed to another thread. */
function joined(text: string, bytes: readonly Uint8Array[]): Uint8Array {
  return bytes.length === 0 ? utf8.encode(text) : new Uint8Array(Buffer.concat(bytes));
}

function* inOneSlice<Result>(make: () => Result): Generator<undefined, Result> {
  yield;
  return make();
}

/** Yields after each slice of some milliseconds. */
export function workOf<One extends Kind>(
  reader: StoreReader,
  { kind, ...asked }: { kind: One } & Asked<One>,
  texts: OpenTexts = new Map(),
): Work<One> {
  return WORK[kind](reader, asked as unknown as Asked<One>, texts);
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const MS_A_MINUTE_OF_PROCESSES = 0.8;
const MS_AN_HOUR_OF_PROCESSES = 7;
const MS_A_DAY_OF_PROCESSES = 5;
const MS_A_TABLE = 5;
const MS_AN_OUTLOOK = 40;
const MS_A_BAND = 60;
const MS_AN_HOUR_OF_SAMPLES = 200;
/** Others that take as long come first. */
const MS_A_PIECE = 100;

/** The expected time in ms, which decides what comes first. */
export function costOf(reader: StoreReader, question: DearQuestion): number {
  switch (question.kind) {
    case "topConsumers":
      return costOfConsumers(reader, question.range);
    case "processesAt":
      return MS_A_TABLE;
    case "dataText":
      return MS_A_PIECE;
    case "processLife": {
      const { from, to } = reader.archive.within({ from: question.from ?? 0, to: question.to ?? question.now });
      return costOfConsumers(reader, { from, to });
    }
    case "processAnalysis":
      return MOMENTS * MS_A_TABLE + costOfConsumers(reader, question.period);
    case "cause":
      return costOfConsumers(reader, { from: question.stretch.from - question.stretch.baselineMs, to: question.stretch.to });
    case "explanation":
      return costOfConsumers(reader, { from: question.from - BASELINE_TIMES * (question.to - question.from), to: question.to });
    case "backtest":
      return (question.range.to - question.range.from) / HOUR_MS;
    case "outlook":
      return MS_AN_OUTLOOK;
    case "usual":
      return MS_A_BAND;
    case "written":
      return ((question.to - question.from) / HOUR_MS) * MS_AN_HOUR_OF_SAMPLES;
  }
}

/** The minutes at both ends, the hours of the first and last day, and the days between. */
function costOfConsumers(reader: StoreReader, range: TimeSpan): number {
  const { from, to } = reader.archive.within(range);
  const minutes = Math.max(0, to - from) / MINUTE_MS;
  const hours = Math.max(0, minutes - 60) / 60;
  const days = Math.max(0, hours - 24) / 24;
  return (
    Math.min(minutes, 60) * MS_A_MINUTE_OF_PROCESSES +
    Math.min(hours, 24) * MS_AN_HOUR_OF_PROCESSES +
    days * MS_A_DAY_OF_PROCESSES
  );
}
