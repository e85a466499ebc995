/** Reads a long range in slices that fit in memory: an hour of samples, a day of minutes or 30 days of hours. */
import { isAppError } from "~/domain/errors";
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
  history(
    request: { name: string; from: number; to: number; points: number; stepSeconds: number; aggregate: "avg" },
    signal: AbortSignal,
  ): Promise<History>;
}

const hasReadings = ({ series }: History) => series.some(({ values }) => values.some((value) => value !== null));

/** The slices of one metric that have readings. */
export async function* readSlices(
  source: HistorySource,
  name: string,
  request: SliceRequest,
  signal: AbortSignal,
): AsyncGenerator<History> {
  /** Aligned to whole steps: a partial step would make every step longer. In parts where the series are too many for one answer. */
  const read = async ({ from, to, stepSeconds }: Pick<Slice, "from" | "to" | "stepSeconds">): Promise<History[]> => {
    const stepMs = stepSeconds * 1000;
    const start = Math.floor(from / stepMs) * stepMs;
    const points = Math.ceil((to - start) / stepMs);
    try {
      const end = start + points * stepMs;
      return [await source.history({ name, from: start, to: end, points, stepSeconds, aggregate: "avg" }, signal)];
    } catch (error) {
      if (!isAppError(error) || error.code !== "too_large" || points < 2) throw error;
      const middle = start + Math.floor(points / 2) * stepMs;
      return [...(await read({ from: start, to: middle, stepSeconds })), ...(await read({ from: middle, to, stepSeconds }))];
    }
  };
  for (const slice of slicesOf(request)) {
    let parts = await read(slice);
    // The size limit may have deleted the finer tiers before they reached their age.
    if (!parts.some(hasReadings) && slice.stepSeconds < HOURS.stepSeconds && request.now - slice.to > DAY_MS) {
      parts = await read({ ...slice, stepSeconds: HOURS.stepSeconds });
    }
    for (const part of parts) if (hasReadings(part)) yield part;
  }
}

export interface ProcessTableReader {
  processTables(
    request: { range: { from: number; to: number }; stepMs: number },
    signal: AbortSignal,
  ): AsyncIterable<{ at: number; rows: ProcessRow[] }>;
}

/** The process table at each step for which one is kept. */
export async function* readProcesses(
  source: ProcessTableReader,
  { visible, stepSeconds, ...range }: { from: number; to: number; stepSeconds: number; visible: (row: ProcessRow) => ProcessRow },
  signal: AbortSignal,
): AsyncGenerator<{ at: number; rows: ProcessRow[] }> {
  for await (const { at, rows } of source.processTables({ range, stepMs: stepSeconds * 1000 }, signal)) {
    yield { at, rows: rows.map(visible) };
  }
}
