/**
 * When what can run out does so: filesystems, inodes, memory and swap. Looks at an hour, two days and a month; each says what lies
 * beyond the reach of the shorter one, so that there is one answer. The hour is the window of the rule "disk filling". Pure.
 */
import { type Forecast, forecast, isProven, type LimitReached, limitReached, REACH, valueAt } from "./forecast";
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
const lastOf = ({ values }: HistorySeries) => values.findLast((value) => value !== null) ?? null;

/** Of the histories of one metric, in the order of `outlookRanges`. */
export function outlooksOf(kind: OutlookKind, histories: readonly History[], at: number): Outlook[] {
  const byKey = new Map<string, { series: HistorySeries; last: number }>();
  for (const { series } of histories) {
    for (const one of series) {
      const last = lastOf(one);
      if (last !== null && !byKey.has(keyOf(one))) byKey.set(keyOf(one), { series: one, last });
    }
  }
  return [...byKey.entries()]
    .sort(([, a], [, b]) => b.last - a.last)
    .slice(0, MOST)
    .map(([key, { series, last }]) => {
      const forecasts = histories.map((history) => forecastOf(history, key));
      return { kind, mountpoint: series.labels[MOUNTPOINT] ?? null, last, ...chosen(forecasts, last, at) };
    });
}

function forecastOf({ timestamps, series, stepSeconds, to }: History, key: string): Forecast {
  const found = series.find((one) => keyOf(one) === key);
  if (!found) return { kind: "none", reason: "history" };
  return forecast({ timestamps, values: found.values, stepMs: stepSeconds * 1000, now: to });
}

/** The first that says when it is full, beyond what a shorter one would have said; else the longest with a trend. */
function chosen(forecasts: readonly Forecast[], last: number, at: number): Pick<Outlook, "forecast" | "full"> {
  const current = forecasts.map((one, index) => (index === 0 ? one : stillHolds(one, last, at)));
  let said = 0;
  for (const [index, one] of current.entries()) {
    const full = one.kind === "trend" && one.perSecond > 0 ? limitReached(one, FULL) : null;
    if (full !== null && full.expected - at >= said) return { forecast: one, full };
    said = REACH * (RANGES[index]?.spanMs ?? 0);
  }
  const known = current.filter((one) => one.kind === "trend" || (one.reason !== "history" && one.reason !== "stale"));
  const trend = known.findLast((one) => one.kind === "trend" && isProven(one));
  return { forecast: trend ?? known.at(-1) ?? (current[0] as Forecast), full: null };
}

/** A long range may end hours ago: what came since must lie on its line. */
function stillHolds(answer: Forecast, last: number, at: number): Forecast {
  if (answer.kind === "none") return answer;
  const { low, high } = valueAt(answer, at);
  const margin = high - low + MOST_OFF * Math.abs(answer.perSecond) * answer.stretchSeconds;
  return last >= low - margin && last <= high + margin ? answer : { kind: "none", reason: "young" };
}
