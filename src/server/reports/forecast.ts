/**
 * Forecasts a quantity. Fits a line with autocorrelated errors (Prais-Winsten transformation for AR(1)), so that a sawtooth, a
 * step or a random walk does not pass for a trend. Without a trend there is no forecast.
 */
import { mean, probit } from "simple-statistics";
import { autocorrelation, fitLine } from "~/domain/line-fit";
import type { SeriesValues } from "./statistics";

export interface Forecast {
  kind: "trend";
  /** Change per day, in the unit of the value. */
  perDay: number;
  /** The expected value at a time, and the 90 % prediction interval. */
  at(time: number): { expected: number; low: number; high: number };
}

export interface NoForecast {
  kind: "none";
  reason: "too few readings" | "no steady trend" | "hardly changes";
}

const LEAST_READINGS = 24;
const MOST_READINGS = 240;
const DAY_MS = 86_400_000;
/** Two-sided significance level: how likely chance alone may produce the slope. */
const CHANCE = 0.0005;
const INTERVAL = 0.9;
/** Upper limit of the estimated autocorrelation. Closer to 1 the errors are a random walk, which only looks like a trend. */
const MOST_CORRELATION = 0.97;

interface Reading {
  at: number;
  value: number;
}

/**
 * Quantile of Student's t from the normal quantile (Cornish-Fisher expansion). Accurate to three digits from five degrees of
 * freedom.
 */
function studentQuantile(share: number, freedom: number): number {
  const z = probit(share);
  const [z3, z5, z7] = [z ** 3, z ** 5, z ** 7];
  return (
    z +
    (z3 + z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3)
  );
}

/** Averages runs of equal length, so that a long history costs no more than a short one. */
function condensed(timestamps: readonly number[], values: SeriesValues): Reading[] {
  const factor = Math.ceil(values.length / MOST_READINGS);
  const readings: Reading[] = [];
  for (let from = 0; from < values.length; from += factor) {
    const part: Reading[] = [];
    for (let index = from; index < Math.min(from + factor, values.length); index++) {
      const value = values[index];
      if (value !== null && value !== undefined) part.push({ at: timestamps[index] as number, value });
    }
    if (part.length > 0) readings.push({ at: mean(part.map(({ at }) => at)), value: mean(part.map(({ value }) => value)) });
  }
  return readings;
}

/** Autocorrelation of the errors, with Kendall's correction of the bias in short series. */
function correlationOf(errors: readonly number[]): number {
  const count = errors.length;
  return Math.min(MOST_CORRELATION, Math.max(0, (autocorrelation(errors) * count + 2) / (count - 4)));
}

interface Fit {
  intercept: number;
  slope: number;
  /** Variances of intercept and slope and their covariance, as multiples of the error variance. */
  spread: { intercept: number; slope: number; both: number };
  variance: number;
  freedom: number;
  correlation: number;
  lastError: number;
}

/** `x` counts steps from the first reading. Steps are equal except for gaps. */
function fitCorrelated(readings: readonly { x: number; value: number }[]): Fit {
  const correlation = correlationOf(fitLine(readings.map(({ x, value }) => ({ x, y: value }))).residuals);
  const first = Math.sqrt(1 - correlation ** 2);
  let [s11, s12, s22, y1, y2] = [0, 0, 0, 0, 0];
  const rows = readings.map(({ x, value }, index) => {
    const before = readings[index - 1];
    const row = before
      ? { one: 1 - correlation, x: x - correlation * before.x, y: value - correlation * before.value }
      : { one: first, x: first * x, y: first * value };
    s11 += row.one * row.one;
    s12 += row.one * row.x;
    s22 += row.x * row.x;
    y1 += row.one * row.y;
    y2 += row.x * row.y;
    return row;
  });
  const determinant = s11 * s22 - s12 * s12;
  const intercept = (s22 * y1 - s12 * y2) / determinant;
  const slope = (s11 * y2 - s12 * y1) / determinant;
  const freedom = readings.length - 3;
  const squares = rows.reduce((sum, row) => sum + (row.y - intercept * row.one - slope * row.x) ** 2, 0);
  const last = readings[readings.length - 1] as { x: number; value: number };
  return {
    intercept,
    slope,
    spread: { intercept: s22 / determinant, slope: s11 / determinant, both: -s12 / determinant },
    variance: squares / freedom,
    freedom,
    correlation,
    lastError: last.value - intercept - slope * last.x,
  };
}

/**
 * `scale` is what a change is compared with: the size of a filesystem, or 1 for a share. A change of less than 1 % of it over the
 * whole history is no trend.
 */
export function forecast(timestamps: readonly number[], values: SeriesValues, scale: number): Forecast | NoForecast {
  const readings = condensed(timestamps, values);
  if (readings.length < LEAST_READINGS) return { kind: "none", reason: "too few readings" };
  const start = (readings[0] as Reading).at;
  const end = (readings[readings.length - 1] as Reading).at;
  const stepMs = (end - start) / (readings.length - 1);
  const fit = fitCorrelated(readings.map(({ at, value }) => ({ x: (at - start) / stepMs, value })));
  if (Math.abs(fit.slope) * (readings.length - 1) < 0.01 * scale) return { kind: "none", reason: "hardly changes" };
  const needed = studentQuantile(1 - CHANCE / 2, fit.freedom) * Math.sqrt(fit.variance * fit.spread.slope);
  if (Math.abs(fit.slope) < needed || isStepwise(readings)) return { kind: "none", reason: "no steady trend" };
  const wide = studentQuantile(1 - (1 - INTERVAL) / 2, fit.freedom);
  return {
    kind: "trend",
    perDay: (fit.slope / stepMs) * DAY_MS,
    at(time) {
      const x = (time - start) / stepMs;
      const ahead = Math.max(0, (time - end) / stepMs);
      const kept = fit.correlation ** ahead;
      const expected = fit.intercept + fit.slope * x + kept * fit.lastError;
      const { intercept, slope, both } = fit.spread;
      const ofErrors = (1 - kept * kept) / (1 - fit.correlation ** 2);
      const ofLine = intercept + x * x * slope + 2 * x * both;
      const half = wide * Math.sqrt(fit.variance * (ofErrors + ofLine));
      return { expected, low: expected - half, high: expected + half };
    },
  };
}

/** True when one jump makes up more than 60 % of the rise from the first readings to the last. That is an event, not a trend. */
function isStepwise(readings: readonly Reading[]): boolean {
  const tenth = Math.max(3, Math.floor(readings.length / 10));
  const level = (part: readonly Reading[]) => mean(part.map(({ value }) => value));
  const rise = level(readings.slice(-tenth)) - level(readings.slice(0, tenth));
  let jump = 0;
  for (let index = tenth; index <= readings.length - tenth; index++) {
    const difference = level(readings.slice(index, index + tenth)) - level(readings.slice(index - tenth, index));
    if (Math.abs(difference) > Math.abs(jump)) jump = difference;
  }
  return jump / rise > 0.6 || jump / rise < -0.6;
}

export interface LimitReached {
  /** Epoch milliseconds. Null when not reached before `until`. */
  expected: number | null;
  earliest: number | null;
  latest: number | null;
}

const LOOKS = 400;

/** When a growing value reaches a limit. Searches up to `until`. */
export function reachesLimit({ at }: Forecast, limit: number, { from, until }: { from: number; until: number }): LimitReached {
  const found: LimitReached = { expected: null, earliest: null, latest: null };
  for (let look = 0; look <= LOOKS; look++) {
    const time = from + ((until - from) * look) / LOOKS;
    const { expected, low, high } = at(time);
    if (found.earliest === null && high >= limit) found.earliest = time;
    if (found.expected === null && expected >= limit) found.expected = time;
    if (found.latest === null && low >= limit) found.latest = time;
  }
  return found;
}
