/** Reads a long range in slices that fit in memory: an hour of samples, a day of minutes or 30 days of hours. */
import { setImmediate } from "node:timers/promises";
import type { History } from "~/domain/history";
import type { ProcessRow } from "~/domain/process";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Level {
  stepSeconds: number;
  sliceMs: number;
}

const MINUTES: Level = { stepSeconds: 60, sliceMs: DAY_MS };
const HOURS: Level = { stepSeconds: 3600, sliceMs: 30 * DAY_MS };

export interface SliceRequest {
  from: number;
  to: number;
  now: number;
  intervalSeconds: number;
  /** The finest step to return. */
  stepSeconds: number;
  /** How long samples and minutes are kept, in seconds. */
  retention: { raw: number; minute: number };
}

export interface Slice extends Level {
  from: number;
  to: number;
}

/** Oldest first. Each slice has the finest step that is kept for its age. */
export function* slicesOf({ from, to, now, intervalSeconds, stepSeconds, retention }: SliceRequest): Generator<Slice> {
  for (let start = from; start < to; ) {
    const age = (now - start) / 1000;
    const level =
      age <= retention.raw ? { stepSeconds: intervalSeconds, sliceMs: HOUR_MS } : age <= retention.minute ? MINUTES : HOURS;
    const end = Math.min(to, (Math.floor(start / level.sliceMs) + 1) * level.sliceMs);
    yield { from: start, to: end, sliceMs: level.sliceMs, stepSeconds: Math.max(level.stepSeconds, stepSeconds) };
    start = end;
  }
}

export interface HistorySource {
  history(request: { name: string; from: number; to: number; points: number; aggregate: "avg" }): History;
}

const hasReadings = ({ series }: History) => series.some(({ values }) => values.some((value) => value !== null));

/** The slices of one metric that have readings. Yields to the event loop between slices. */
export async function* readSlices(
  source: HistorySource,
  name: string,
  request: SliceRequest,
  signal: AbortSignal,
): AsyncGenerator<History> {
  const read = ({ from, to, stepSeconds }: Pick<Slice, "from" | "to" | "stepSeconds">) => {
    // Align to whole steps: a partial step would make every step longer.
    const stepMs = stepSeconds * 1000;
    const start = Math.floor(from / stepMs) * stepMs;
    const end = Math.ceil(to / stepMs) * stepMs;
    return source.history({ name, from: start, to: end, points: (end - start) / stepMs, aggregate: "avg" });
  };
  for (const slice of slicesOf(request)) {
    await setImmediate();
    signal.throwIfAborted();
    let history = read(slice);
    // The size limit may have deleted the finer tiers before they reached their age.
    if (!hasReadings(history) && slice.stepSeconds < HOURS.stepSeconds && request.now - slice.to > DAY_MS) {
      history = read({ ...slice, stepSeconds: HOURS.stepSeconds });
    }
    if (hasReadings(history)) yield history;
  }
}

export interface ProcessTableReader {
  processTables(range: { from: number; to: number }, stepMs: number): Iterable<{ at: number; rows: ProcessRow[] } | undefined>;
}

/** The process table at each step for which one is kept. */
export async function* readProcesses(
  source: ProcessTableReader,
  request: { from: number; to: number; stepSeconds: number; visible: (row: ProcessRow) => ProcessRow },
  signal: AbortSignal,
): AsyncGenerator<{ at: number; rows: ProcessRow[] }> {
  for (const table of source.processTables(request, request.stepSeconds * 1000)) {
    if (table) yield { at: table.at, rows: table.rows.map(request.visible) };
    else {
      await setImmediate();
      signal.throwIfAborted();
    }
  }
}
