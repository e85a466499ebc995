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
/** The newest readings whose median is where a forecast may start. */
const LAST = 3;
/** So many readings are the very next ones. */
const NEXT = 3;
/** Errors further ahead, in lengths of the stretch, are judged by themselves: an interval is to hold near and far. */
const FAR = 0.25;
/** What is summed up wanders, and looks as if it strayed for a while: the last readings are where to start unless they fit worse by this. */
const PREFERENCE = 0.35;
const LEADS = [1 / 12, 1 / 6, 1 / 3, 2 / 3, 1] as const;
/** Share of past errors within the interval. Of those in the future it holds some nine of ten. */
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

/** How the errors of a stretch grow with the time ahead. */
export interface ErrorShape {
  /** Where a forecast starts: on the line, from which readings stray, or at the last readings, which wander off with the line's slope. */
  from: "line" | "last";
  /** Readings of the stretch, and how many independent ones they are worth. */
  points: number;
  effective: number;
}

/** How much larger an error may be, by how far ahead it is in lengths of the stretch: the standard error but for a constant. */
export function errorAhead({ from, points, effective }: ErrorShape, lengths: number): number {
  // Of a random walk with drift, whose drift is known from the stretch; a step is a point.
  if (from === "last") return Math.sqrt(1 / points + lengths + lengths * lengths);
  return Math.sqrt(1 + 1 / effective + (12 * (lengths + 0.5) ** 2) / effective);
}

export interface Proof {
  right: number;
  made: number;
}

interface Trial extends Pick<ErrorShape, "from"> {
  /** Multiplies `errorAhead`. */
  width: number;
  /** How far off the very next readings were: readings vary by themselves, however near they are. */
  least: number;
  proof: Proof;
}

interface Judged extends Trial {
  /** How unlike the errors of near and far forecasts are: none, if they grow as the shape says. */
  misfit: number;
}

/** How far the last readings are off a line. */
export function lastOff(points: readonly Point[], { slope, intercept }: Line): number {
  return medianOf(points.slice(-LAST).map(({ x, y }) => y - intercept - slope * x));
}

/** Forecasts from earlier moments of the stretch, compared with what came: of both ways to start, that whose errors grow as they do. */
export function tried(points: readonly Point[], share: number): Trial {
  const count = points.length;
  const first = Math.max(LEAST_STRETCH / 2, Math.ceil(count * FIRST_ORIGIN));
  const stride = Math.max(1, Math.floor((count - 1 - first) / ORIGINS));
  const ways = (["line", "last"] as const).map((from) => ({
    from,
    near: [] as number[],
    far: [] as number[],
    next: [] as number[],
    proof: { right: 0, made: 0 },
  }));
  for (let origin = first; origin < count - 1; origin += stride) {
    const past = points.slice(0, origin);
    const line = lineOf(past);
    const off = lastOff(past, line);
    const end = (past[origin - 1] as Point).x;
    const length = end - (past[0] as Point).x;
    const effective = Math.max(2, origin * share);
    // When the level of the last readings is reached.
    const tail = points.slice(Math.max(origin, count - 5));
    const [actual, level] = [medianOf(tail.map(({ x }) => x)) - end, medianOf(tail.map(({ y }) => y))];
    const indices = new Set(
      LEADS.map((lead) => Math.min(count - 1, origin - 1 + Math.max(1, Math.round(lead * (count - origin))))),
    );
    for (const { from, near, far, next, proof } of ways) {
      const intercept = line.intercept + (from === "last" ? off : 0);
      for (const index of indices) {
        const { x, y } = points[index] as Point;
        const lengths = (x - end) / length;
        const error = Math.abs(y - intercept - line.slope * x) / errorAhead({ from, points: origin, effective }, lengths);
        (lengths < FAR ? near : far).push(error);
      }
      for (const { x, y } of points.slice(origin, origin + NEXT)) next.push(Math.abs(y - intercept - line.slope * x));
      if (tail.length < 3) continue;
      const told = (level - intercept) / line.slope - end;
      proof.made++;
      if (Math.abs(told - actual) <= RIGHT_WITHIN * actual + 1) proof.right++;
    }
  }
  const judged = ways.map(({ from, near, far, next, proof }) => {
    const [nearby, distant] = [quantileOf(near, WITHIN), quantileOf(far, WITHIN)];
    const least = quantileOf(next, WITHIN);
    return { from, proof, least, width: Math.max(nearby, distant), misfit: Math.abs(Math.log(medianOf(far) / medianOf(near))) };
  }) as [Judged, Judged];
  const [line, last] = judged;
  const { from, width, least, proof } = last.misfit < line.misfit + PREFERENCE ? last : line;
  return { from, width, least, proof };
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
