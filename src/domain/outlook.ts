/**
 * When what can run out does so: filesystems, inodes, memory and swap. Looks at an hour, two days and a month; each says what lies
 * beyond the reach of the shorter one, so that there is one answer. The hour is the window of the rule "disk filling". Pure.
 */
import {
  type Forecast,
  type ForecastInput,
  forecast,
  isProven,
  type LimitReached,
  limitReached,
  REACH,
  type Trend,
  valueAt,
} from "./forecast";
import type { History, HistorySeries } from "./history";

export const OUTLOOK_METRICS = {
  filesystem: "system.filesystem.utilization",
  inodes: "system.filesystem.inodes.utilization",
  memory: "system.memory.utilization",
  swap: "system.paging.utilization",
} as const;
export type OutlookKind = keyof typeof OUTLOOK_METRICS;
export const OUTLOOK_KINDS = Object.keys(OUTLOOK_METRICS) as OutlookKind[];

const HOUR_MS = 3_600_000;
/** Shortest first. */
const RANGES = [
  { spanMs: HOUR_MS, stepSeconds: 60 },
  { spanMs: 48 * HOUR_MS, stepSeconds: 1800 },
  { spanMs: 720 * HOUR_MS, stepSeconds: 21_600 },
] as const;
/** Filesystems, the fullest. */
const MOST = 40;
const FULL = 1;
/** What falls by this part of all that a range holds between its lowest and its highest was emptied. */
const EMPTIED = 0.5;
/** It is done regularly when it was done so many times, and no time between was more or less than the mean by that factor and a step. */
const [LEAST_FALLS, MOST_UNLIKE] = [3, 1.25];
/** How far the newest reading may be from a line, in parts of its change, and as much as its interval. */
const MOST_OFF = 0.05;

export interface Outlook {
  kind: OutlookKind;
  /** Of a filesystem; null for memory and swap. */
  mountpoint: string | null;
  /** Newest used share. */
  last: number;
  forecast: Forecast;
  /** When it is full; null when that is not foretold. */
  full: LimitReached | null;
}

export interface OutlookRange {
  from: number;
  to: number;
  stepSeconds: number;
}

/** The histories that `outlooksOf` wants of a metric, of whole steps until `at`. */
export function outlookRanges(at: number): OutlookRange[] {
  return RANGES.map(({ spanMs, stepSeconds }) => {
    const to = Math.floor(at / (stepSeconds * 1000)) * stepSeconds * 1000;
    return { from: to - spanMs, to, stepSeconds };
  });
}

const MOUNTPOINT = "system.filesystem.mountpoint";
const keyOf = ({ labels }: HistorySeries) => JSON.stringify(Object.entries(labels).sort());

/** Of the histories of one metric, in the order of `outlookRanges`: one of a mount, of the device that was mounted there last. */
export function outlooksOf(kind: OutlookKind, histories: readonly History[], at: number): Outlook[] {
  const newest = new Map<string | null, { series: HistorySeries; index: number }>();
  for (const history of histories) {
    const found = new Map<string | null, { series: HistorySeries; index: number }>();
    for (const series of history.series) {
      const mountpoint = series.labels[MOUNTPOINT] ?? null;
      const index = series.values.findLastIndex((value) => value !== null);
      if (index > (found.get(mountpoint)?.index ?? -1)) found.set(mountpoint, { series, index });
    }
    for (const [mountpoint, one] of found) if (!newest.has(mountpoint)) newest.set(mountpoint, one);
  }
  return [...newest]
    .map(([mountpoint, { series, index }]) => ({ mountpoint, key: keyOf(series), last: series.values[index] as number }))
    .sort((a, b) => b.last - a.last)
    .slice(0, MOST)
    .map(({ mountpoint, key, last }) => {
      const inputs = histories.map((history) => inputOf(history, key));
      return { kind, mountpoint, last, ...chosen(inputs, last, at) };
    });
}

function inputOf({ timestamps, series, stepSeconds, to }: History, key: string): ForecastInput {
  const values = series.find((one) => keyOf(one) === key)?.values ?? [];
  return { timestamps, values, stepMs: stepSeconds * 1000, now: to };
}

/** When values fell by so much: each time the step at the bottom. */
function fallsIn({ timestamps, values }: ForecastInput, fall: number): number[] {
  const times: number[] = [];
  let [high, isFalling] = [Number.NEGATIVE_INFINITY, false];
  values.forEach((value, index) => {
    if (value === null) return;
    const hasFallen = high - value >= fall;
    if (!hasFallen && isFalling && value < high) times.pop();
    isFalling = hasFallen || (isFalling && value < high);
    if (isFalling) times.push(timestamps[index] as number);
    high = isFalling ? value : Math.max(high, value);
  });
  return times;
}

/** How long it takes from one of these times to the next. Null when that is not regular. */
function periodOf(times: readonly number[], stepMs: number): number | null {
  if (times.length < LEAST_FALLS) return null;
  const between = times.slice(1).map((time, index) => time - (times[index] as number));
  const period = between.reduce((sum, one) => sum + one, 0) / between.length;
  const isRegular = between.every((one) => one <= MOST_UNLIKE * period + stepMs && one >= period / MOST_UNLIKE - stepMs);
  return isRegular ? period : null;
}

/** When what is emptied regularly, as one of the longer ranges shows, is emptied again. Null when that is overdue. */
function nextEmptied(inputs: readonly ForecastInput[], shortest: number, at: number): number | null {
  for (const input of inputs.slice(shortest + 1)) {
    const known = input.values.filter((value) => value !== null);
    const fall = EMPTIED * (Math.max(...known) - Math.min(...known));
    const period = fall > 0 ? periodOf(fallsIn(input, fall), input.stepMs) : null;
    if (period === null) continue;
    for (const finer of inputs) {
      const since = fallsIn(finer, fall).at(-1);
      if (since !== undefined) return at <= since + period + finer.stepMs ? since + period : null;
    }
  }
  return null;
}

const PERIODIC: Forecast = { kind: "none", reason: "periodic" };

/** The first that says when it is full, beyond what a shorter one would have said; else the longest with a trend. */
function chosen(inputs: readonly ForecastInput[], last: number, at: number): Pick<Outlook, "forecast" | "full"> {
  const current = inputs.map((input, index): Forecast => {
    const one = forecast(input);
    if (one.kind === "none") return one;
    const emptiedAt = one.perSecond > 0 ? nextEmptied(inputs, index, at) : null;
    const fullAt = one.madeAt + (1000 * (FULL - one.level)) / one.perSecond;
    if (emptiedAt !== null && emptiedAt < fullAt) return PERIODIC;
    return index === 0 ? one : stillHolds(one, last, at);
  });
  let said = 0;
  for (const [index, one] of current.entries()) {
    const full = one.kind === "trend" && one.perSecond > 0 ? limitReached(one, FULL) : null;
    if (full !== null && full.expected - at >= said) return { forecast: one, full };
    said = REACH * (RANGES[index]?.spanMs ?? 0);
  }
  const known = current.filter((one) => one.kind === "trend" || (one.reason !== "history" && one.reason !== "stale"));
  const trend = known.findLast((one) => one.kind === "trend" && isProven(one));
  const why = current.includes(PERIODIC) ? PERIODIC : known.at(-1);
  return { forecast: trend ?? why ?? (current[0] as Forecast), full: null };
}

/** A long range may end hours ago: what came since must lie on its line. */
function stillHolds(answer: Trend, last: number, at: number): Forecast {
  const { low, high } = valueAt(answer, at);
  const margin = high - low + MOST_OFF * Math.abs(answer.perSecond) * answer.stretchSeconds;
  return last >= low - margin && last <= high + margin ? answer : { kind: "none", reason: "young" };
}
