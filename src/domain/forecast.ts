/**
 * The one forecast: rules, reports and Overview say what this says. The last stretch without a change point is fitted with a line by
 * Theil and Sen; forecasts that would have been made at earlier moments of that stretch give the interval, and whether it may be said
 * when a limit is reached. What is no steady change is refused, with the reason. Pure; the answer is plain data.
 */
import { quantized } from "./quantized";
import { medianOf, medianSlope } from "./robust";
import { cleaned, type Point, segments, smoothed, spreadAround } from "./stretches";
import { type ErrorShape, errorAhead, hasEnded, isSteady, LEAST_STRETCH, lastOff, lineOf, type Proof, tried } from "./trend-line";

/** Why nothing is foretold, in words for people. */
export const REFUSALS = {
  history: "too little history",
  stale: "no recent readings",
  flat: "hardly changes",
  step: "changed in one step",
  periodic: "rises and falls",
  ended: "the change has ended",
  young: "the trend changed too recently",
  noisy: "no steady trend",
  wrong: "earlier forecasts were wrong",
} as const;
export type Refusal = keyof typeof REFUSALS;

export interface NoTrend {
  kind: "none";
  reason: Refusal;
}

export interface Trend {
  kind: "trend";
  /** Epoch milliseconds: the end of the history. */
  madeAt: number;
  /** The expected value then. */
  level: number;
  perSecond: number;
  /** How long the stretch is that the line was fitted to. */
  stretchSeconds: number;
  /** `width` multiplies the shape, `least` is the half of any: nearly all errors of forecasts from earlier moments were below. */
  interval: ErrorShape & { width: number; least: number };
  /** Of the times at which a value would be reached, told at earlier moments of the stretch, how many were right. */
  proof: Proof;
}

export type Forecast = Trend | NoTrend;

export interface ForecastInput {
  /** Epoch milliseconds at which steps begin, equally far apart but for gaps. */
  timestamps: readonly number[];
  /** Means of the steps; null where nothing is known. */
  values: readonly (number | null)[];
  stepMs: number;
  /** Epoch milliseconds: the end of the last step. */
  now: number;
}

const MOST_POINTS = 120;
const LEAST_POINTS = 20;
/** The newest reading may be older than `now` by that share of the history. */
const MOST_SILENCE = 0.1;
/** A change over the stretch that is smaller, as a share of the value, is none. */
const LEAST_CHANGE = 0.001;
/** Readings without noise have this spread, as a share of what lies between the lowest and the highest. */
const LEAST_SPREAD = 0.0005;
/** Nor is one of fewer spreads of a reading. */
const LEAST_SPREADS = 2.5;
/** A series whose readings vary by more than this share of their value is not called flat. */
const CALM_SPREAD = 0.05;
/** What went back by more than this share of the present change does so again. */
const MOST_RETURN = 0.5;
/** What has changed its course before does so again: its intervals are so many times as wide. */
const CHANGED_BEFORE = 1.4;
const RIGHT_SHARE = 0.9;
const LEAST_PROOFS = 5;
/** A forecast reaches so many times as far ahead as its stretch is long. */
export const REACH = 8;

const none = (reason: Refusal): NoTrend => ({ kind: "none", reason });

/** Readings in the middle of their steps, in steps since the first; a long history as medians of runs. */
function pointsOf({ timestamps, values, stepMs }: ForecastInput): Point[] {
  const start = timestamps[0] ?? 0;
  const perRun = Math.ceil(values.length / MOST_POINTS);
  const stored = quantized(Float64Array.from(values, (value) => value ?? Number.NaN));
  const points: Point[] = [];
  for (let from = 0; from < values.length; from += perRun) {
    const xs: number[] = [];
    const ys: number[] = [];
    for (let index = from; index < Math.min(from + perRun, values.length); index++) {
      const value = stored[index] as number;
      if (!Number.isFinite(value)) continue;
      xs.push(((timestamps[index] as number) - start) / stepMs + 0.5);
      ys.push(value);
    }
    if (ys.length > 0) points.push({ x: medianOf(xs), y: medianOf(ys) });
  }
  return points;
}

/** How far values went back against a direction, beyond noise. */
function returned(values: readonly number[], sign: number, spread: number): number {
  let [highest, most] = [Number.NEGATIVE_INFINITY, 0];
  for (const value of values) {
    highest = Math.max(highest, sign * value);
    most = Math.max(most, highest - sign * value);
  }
  return Math.max(0, most - 2 * spread);
}

function changeOver(points: readonly Point[]): number {
  const last = points.at(-1) as Point;
  const first = points[0] as Point;
  return medianSlope(points) * (last.x - first.x);
}

/** Why a stretch without a slope has none, from what was before it. */
function whyNone(before: readonly Point[], stretch: readonly Point[], spread: number): Refusal {
  if (before.length < 3) return "flat";
  const level = medianOf(stretch.map(({ y }) => y));
  const came = changeOver(before);
  const jump = level - (before.at(-1) as Point).y;
  if (Math.abs(came) > 4 * spread && Math.abs(came) > Math.abs(jump)) return "ended";
  return Math.abs(jump) > 4 * spread ? "step" : "flat";
}

export function forecast(input: ForecastInput): Forecast {
  const { timestamps, stepMs, now } = input;
  const points = pointsOf(input);
  const last = points.at(-1);
  if (!last || points.length < LEAST_POINTS) return none("history");
  const start = timestamps[0] as number;
  const end = (now - start) / stepMs;
  if (end - last.x > MOST_SILENCE * end + 1) return none("stale");
  const level = Math.max(...points.map(({ y }) => Math.abs(y)));
  const lowest = Math.min(...points.map(({ y }) => y));
  const highest = Math.max(...points.map(({ y }) => y));
  if (highest - lowest <= LEAST_CHANGE * level) return none("flat");

  const spread = Math.max(spreadAround(points), LEAST_SPREAD * (highest - lowest));
  const clean = cleaned(points, spread);
  const parts = segments(clean, spread);
  const begin = parts.at(-1) as number;
  const stretch = points.slice(begin);
  const before = clean.slice(0, begin);
  const line = lineOf(stretch);
  const change = line.slope * (last.x - (stretch[0] as Point).x);
  const hardly = Math.abs(change) <= Math.max(LEAST_CHANGE * level, LEAST_SPREADS * spread);
  const smooth = smoothed(clean);
  const isCalm = spread <= CALM_SPREAD * level;
  const { steady, share } = isSteady(stretch, line);
  if (stretch.length < LEAST_STRETCH || hardly || !steady) {
    const back = Math.min(returned(smooth, 1, spread), returned(smooth, -1, spread));
    if (back > 4 * spread) return none("periodic");
    if (!hardly) return none(steady && stretch.length < LEAST_STRETCH ? "young" : "noisy");
    const why = whyNone(before, stretch, spread);
    return none(why === "flat" && !isCalm ? "noisy" : why);
  }
  // What went up and down before does so again; of a change of course, the time before counts for what it was.
  const sign = Math.sign(change);
  const earlier = smooth.slice(0, begin + 1);
  const back =
    begin === 0
      ? 0
      : Math.max(returned(earlier, sign, spread), Math.min(returned(earlier, -sign, spread), returned(smooth, sign, spread)));
  if (back > MOST_RETURN * Math.abs(change)) return none("periodic");
  if (hasEnded(stretch, share, spread)) return none("ended");

  const { from, width, least, proof } = tried(stretch, share);
  const off = from === "last" ? lastOff(stretch, line) : 0;
  if (proof.made >= LEAST_PROOFS && proof.right < proof.made / 2) return none("wrong");
  return {
    kind: "trend",
    madeAt: now,
    level: line.intercept + off + line.slope * end,
    perSecond: (line.slope / stepMs) * 1000,
    stretchSeconds: ((end - (stretch[0] as Point).x) * stepMs) / 1000,
    interval: {
      from,
      least,
      width: begin === 0 ? width : CHANGED_BEFORE * width,
      points: stretch.length,
      effective: Math.max(2, stretch.length * share),
    },
    proof,
  };
}

export interface Expected {
  expected: number;
  /** Holds the true value in nine cases of ten. */
  low: number;
  high: number;
}

/** What a reading will be at a time, epoch milliseconds. */
export function valueAt({ madeAt, level, perSecond, stretchSeconds, interval }: Trend, time: number): Expected {
  const ahead = (time - madeAt) / 1000;
  const expected = level + perSecond * ahead;
  const half = Math.max(interval.least, interval.width * errorAhead(interval, Math.max(0, ahead) / stretchSeconds));
  return { expected, low: expected - half, high: expected + half };
}

/** How far ahead a forecast may be asked, in seconds: nothing is said of what is further away. */
export const reachOf = ({ stretchSeconds }: Pick<Trend, "stretchSeconds">): number => REACH * stretchSeconds;

/** Whether nine of ten times that were told at earlier moments were right. */
export function isProven({ proof }: Pick<Trend, "proof">): boolean {
  return proof.made >= LEAST_PROOFS && proof.right >= RIGHT_SHARE * proof.made;
}

export interface LimitReached {
  /** Epoch milliseconds. */
  expected: number;
  earliest: number;
  /** Null when the interval's slow end does not reach it within the reach of the forecast. */
  latest: number | null;
}

const HALVINGS = 40;

/** When the value reaches a limit. Null when that is beyond the reach, when it moves away from it, or when such forecasts were wrong. */
export function limitReached(trend: Trend, limit: number): LimitReached | null {
  const { madeAt, level, perSecond } = trend;
  const seconds = (limit - level) / perSecond;
  const reach = reachOf(trend);
  if (!isProven(trend) || !(seconds <= reach) || seconds < 0) return null;
  const sign = Math.sign(perSecond);
  const first = (of: (value: Expected) => number): number | null => {
    const isThere = (ahead: number) => sign * (of(valueAt(trend, madeAt + ahead * 1000)) - limit) >= 0;
    if (!isThere(reach)) return null;
    let [low, high] = [0, reach];
    for (let step = 0; step < HALVINGS; step++) {
      const middle = (low + high) / 2;
      if (isThere(middle)) high = middle;
      else low = middle;
    }
    return madeAt + high * 1000;
  };
  const expected = madeAt + seconds * 1000;
  const near = sign > 0 ? ({ high }: Expected) => high : ({ low }: Expected) => low;
  const far = sign > 0 ? ({ low }: Expected) => low : ({ high }: Expected) => high;
  return { expected, earliest: Math.min(expected, first(near) ?? expected), latest: first(far) };
}

/** The value at a horizon, or as far ahead as the forecast reaches. Null without a trend that may be told. */
export function foretold(answer: Forecast, horizonSeconds: number): number | null {
  if (answer.kind === "none" || !isProven(answer)) return null;
  return valueAt(answer, answer.madeAt + 1000 * Math.min(horizonSeconds, reachOf(answer))).expected;
}
