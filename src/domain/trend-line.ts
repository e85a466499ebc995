/** The line through a stretch, and how far it can be trusted: by its errors, and by what it would have said before. Pure. */
import { autocorrelation, fitLine } from "./line-fit";
import { medianOf, medianSlope, quantileOf } from "./robust";
import type { Point } from "./stretches";

/** A stretch of fewer points is too short to be carried on. */
export const LEAST_STRETCH = 12;
/** The slope in standard errors; 4.5 and more where few readings are independent (Student's t for one in two thousand). */
const SIGNIFICANT = 4;
const MOST_CORRELATION = 0.95;
/** So many moments of the stretch are forecast from. */
const ORIGINS = 12;
/** The first of them, as a share of the stretch. */
const FIRST_ORIGIN = 0.35;
const LEADS = [1 / 12, 1 / 6, 1 / 3, 2 / 3, 1] as const;
/** Share of past errors within the interval. A quantile of few errors comes out too small: of those in the future it holds 90 %. */
const WITHIN = 0.95;
/** A time is right when it is off by less than this share of itself, and one step. */
const RIGHT_WITHIN = 1 / 3;
/** The newest readings that are looked at for the end of a change, and how many standard errors they are then behind. */
const TAILS = [6, 9, 13, 18, 24, 32] as const;
const BEHIND = 2;

export interface Line {
  slope: number;
  /** At x = 0. */
  intercept: number;
}

export function lineOf(points: readonly Point[]): Line {
  const slope = medianSlope(points);
  return { slope, intercept: medianOf(points.map(({ x, y }) => y - slope * x)) };
}

/** What share of the readings is independent, by the autocorrelation of their errors, which short series show too little of. */
function independentShare(residuals: readonly number[]): number {
  const count = residuals.length;
  const correlation = Math.min(MOST_CORRELATION, Math.max(0, (autocorrelation(residuals) * count + 4) / (count - 6)));
  return (1 - correlation) / (1 + correlation);
}

/** Standard error of a forecast `ahead` of the end of `length`, in parts of a reading's. */
export function forecastError(ahead: number, length: number, effective: number): number {
  const fromMiddle = ahead / length + 0.5;
  return Math.sqrt(1 + 1 / effective + (12 * fromMiddle * fromMiddle) / effective);
}

export interface Proof {
  right: number;
  made: number;
}

interface Trial {
  width: number;
  proof: Proof;
}

/** Forecasts from earlier moments of the stretch, compared with what came. */
export function tried(points: readonly Point[], share: number): Trial {
  const count = points.length;
  const first = Math.max(LEAST_STRETCH / 2, Math.ceil(count * FIRST_ORIGIN));
  const stride = Math.max(1, Math.floor((count - 1 - first) / ORIGINS));
  const errors: number[] = [];
  const proof = { right: 0, made: 0 };
  for (let origin = first; origin < count - 1; origin += stride) {
    const past = points.slice(0, origin);
    const { slope, intercept } = lineOf(past);
    const end = (past[origin - 1] as Point).x;
    const length = end - (past[0] as Point).x;
    const effective = Math.max(2, origin * share);
    const seen = new Set<number>();
    for (const lead of LEADS) {
      const index = Math.min(count - 1, origin - 1 + Math.max(1, Math.round(lead * (count - origin))));
      if (seen.has(index)) continue;
      seen.add(index);
      const { x, y } = points[index] as Point;
      errors.push(Math.abs(y - intercept - slope * x) / forecastError(x - end, length, effective));
    }
    // When the level of the last readings is reached.
    const tail = points.slice(Math.max(origin, count - 5));
    if (tail.length < 3) continue;
    const actual = medianOf(tail.map(({ x }) => x)) - end;
    const told = (medianOf(tail.map(({ y }) => y)) - intercept) / slope - end;
    proof.made++;
    if (Math.abs(told - actual) <= RIGHT_WITHIN * actual + 1) proof.right++;
  }
  return { width: quantileOf(errors, WITHIN), proof };
}

/** Whether the last readings stay behind the line through those before them: the change went on until lately. */
export function hasEnded(points: readonly Point[], share: number, least: number): boolean {
  return TAILS.some((tail) => {
    const body = points.slice(0, points.length - tail);
    if (body.length < LEAST_STRETCH) return false;
    const { slope, intercept } = lineOf(body);
    const errorsOf = (some: readonly Point[]) => some.map(({ x, y }) => y - intercept - slope * x);
    const recent = points.slice(-tail);
    const spread = Math.max(least, 1.4826 * medianOf(errorsOf(body).map(Math.abs)));
    const effective = Math.max(2, body.length * share);
    const fromMiddle = (body.length + tail) / 2 / body.length;
    const error = spread * Math.sqrt(1 / Math.max(1, tail * share) + 1 / effective + (12 * fromMiddle ** 2) / effective);
    const behind = -Math.sign(slope) * medianOf(errorsOf(recent));
    return behind > BEHIND * error && medianSlope(recent) / slope < 0.5;
  });
}

/** Whether the slope of a line through the points could be chance. */
export function isSteady(points: readonly Point[], { slope, intercept }: Line): { steady: boolean; share: number } {
  const residuals = points.map(({ x, y }) => y - intercept - slope * x);
  const share = independentShare(fitLine(points).residuals);
  const effective = Math.max(3, points.length * share);
  const middle = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const sxx = points.reduce((sum, { x }) => sum + (x - middle) ** 2, 0) / points.length;
  const spread = Math.max(1.4826 * medianOf(residuals.map(Math.abs)), rootMeanSquare(residuals) / 2);
  const error = spread / Math.sqrt(sxx * effective);
  const needed = SIGNIFICANT * (1 + 3 / effective);
  return { steady: Math.abs(slope) > needed * error, share };
}

const rootMeanSquare = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length));
