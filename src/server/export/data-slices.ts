/** Reads a long range in slices that fit in memory: an hour of samples, a day of minutes or 30 days of hours. */
import { isAppError } from "~/domain/errors";
import type { History } from "~/domain/history";
import { bucketsFor } from "~/domain/time-range";

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
    const wanted = { intervalMs: intervalSeconds * 1000, stepSeconds: Math.max(level.stepSeconds, stepSeconds) };
    const { stepMs } = bucketsFor({ from: start, to: start }, { points: 1, ...wanted });
    // A step lies in one slice as a whole.
    const next = Math.ceil(((Math.floor(start / level.sliceMs) + 1) * level.sliceMs) / stepMs) * stepMs;
    const end = Math.min(to, next);
    yield { from: start, to: end, sliceMs: level.sliceMs, stepSeconds: stepMs / 1000 };
    start = end;
  }
}

export interface HistorySource {
  history(request: {
    name: string;
    from: number;
    to: number;
    points: number;
    stepSeconds: number;
    aggregate: "avg";
  }): Generator<undefined, History>;
}

const hasReadings = ({ series }: History) => series.some(({ values }) => values.some((value) => value !== null));

/** The slices of one metric that have readings, oldest first; undefined after each slice of work. */
export function* readSlices(source: HistorySource, name: string, request: SliceRequest): Generator<History | undefined> {
  for (const slice of slicesOf(request)) {
    const found = yield* readPart(source, name, slice);
    // The size limit may have deleted the finer tiers before they reached their age.
    if (!found && slice.stepSeconds < HOURS.stepSeconds && request.now - slice.to > DAY_MS) {
      const to = slice.to === request.to ? slice.to : Math.floor(slice.to / HOUR_MS) * HOUR_MS;
      yield* readPart(source, name, { from: slice.from, to, stepSeconds: HOURS.stepSeconds });
    }
  }
}

type Part = Pick<Slice, "from" | "to" | "stepSeconds">;

/**
 * Aligned to whole steps: a partial step would make every step longer. In parts where the series are too many for one answer. Returns
 * whether there are readings.
 */
function* readPart(
  source: HistorySource,
  name: string,
  { from, to, stepSeconds }: Part,
): Generator<History | undefined, boolean> {
  const stepMs = stepSeconds * 1000;
  const start = Math.floor(from / stepMs) * stepMs;
  const points = Math.ceil((to - start) / stepMs);
  let history: History;
  try {
    history = yield* source.history({ name, from: start, to: start + points * stepMs, points, stepSeconds, aggregate: "avg" });
  } catch (error) {
    if (!isAppError(error) || error.code !== "too_large" || points < 2) throw error;
    const middle = start + Math.floor(points / 2) * stepMs;
    const before = yield* readPart(source, name, { from: start, to: middle, stepSeconds });
    const after = yield* readPart(source, name, { from: middle, to, stepSeconds });
    return before || after;
  }
  if (!hasReadings(history)) return false;
  yield history;
  return true;
}
