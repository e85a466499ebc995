/** Finds where a series changes its level or its slope. Pure. */
import { medianOf, quantileOf } from "./robust";

export interface Point {
  x: number;
  y: number;
}

/** Further from where its neighbours lead, in spreads, a single point is an outlier. */
const OUTLIER = 7;
/** Points of which a local spread is taken, and the share of those that are lower than the one that is told. */
const LOCAL = 8;
const CALM = 0.4;
/** Steps between the readings of a second difference. */
const APART = 6;
/** Standard deviations of a normal distribution for each median distance. */
const DEVIATIONS = 1.4826;
/** Squares around its line of a random walk whose steps have a variance of one, in parts of its length squared: 1/15, and some more. */
const WALK = 1 / 10;
/** A segment has at least so many points. */
const LEAST_SEGMENT = 4;
/** What a further segment must gain, in variances of a reading, for each doubling of the number of points. */
const PENALTY = 16;

/** Standard deviation of readings around lines through their neighbours: a low one of the local ones, so that jumps do not count. */
export function spreadAround(points: readonly Point[]): number {
  const found: number[] = [];
  const sums = new Sums(points);
  for (let from = 0; from + LOCAL <= points.length; from += LOCAL / 2)
    found.push(Math.sqrt(sums.residuals(from, from + LOCAL) / (LOCAL - 2)));
  return quantileOf(found, CALM);
}

/** Medians of five: what is left of a series without its single readings. */
export function smoothed(points: readonly Point[]): number[] {
  return points.map((_one, index) => medianOf(points.slice(Math.max(0, index - 2), index + 3).map(({ y }) => y)));
}

/**
 * How far readings wander off a line, as the variance that each step adds: what second differences over some steps have beyond the noise
 * of single readings. A change of slope is in few of them.
 */
function wanderOf(points: readonly Point[], spread: number): number {
  const bends: number[] = [];
  for (let index = 0; index + 2 * APART < points.length; index++) {
    const [a, b, c] = [points[index], points[index + APART], points[index + 2 * APART]] as [Point, Point, Point];
    if (Math.abs(c.x - 2 * b.x + a.x) < 0.01 * (c.x - a.x)) bends.push(Math.abs(c.y - 2 * b.y + a.y));
  }
  const bend = bends.length === 0 ? 0 : DEVIATIONS * medianOf(bends);
  return Math.max(0, (bend * bend - 6 * spread * spread) / (2 * APART));
}

/** Outliers are replaced: points far from what the two before them lead to, the two after them, and the one on each side. */
export function cleaned(points: readonly Point[], spread: number): Point[] {
  const onLine = (a: Point | undefined, b: Point | undefined, x: number) =>
    a && b ? [a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x)] : [];
  return points.map(({ x, y }, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    const led = [...onLine(points[index - 2], before, x), ...onLine(before, after, x), ...onLine(after, points[index + 2], x)];
    return { x, y: led.every((one) => Math.abs(y - one) > OUTLIER * spread) ? medianOf(led) : y };
  });
}

/** Sums from the beginning, from which each segment's squares around its line follow at once. */
class Sums {
  private readonly x: Float64Array;
  private readonly y: Float64Array;
  private readonly xx: Float64Array;
  private readonly xy: Float64Array;
  private readonly yy: Float64Array;

  constructor(points: readonly Point[]) {
    const y0 = points[0]?.y ?? 0;
    this.x = sumsOf(points, ({ x }) => x);
    this.y = sumsOf(points, ({ y }) => y - y0);
    this.xx = sumsOf(points, ({ x }) => x * x);
    this.xy = sumsOf(points, ({ x, y }) => x * (y - y0));
    this.yy = sumsOf(points, ({ y }) => (y - y0) ** 2);
  }

  /** Squares around the line through [from, to). */
  residuals(from: number, to: number): number {
    const count = to - from;
    const x = between(this.x, from, to);
    const y = between(this.y, from, to);
    const sxx = between(this.xx, from, to) - (x * x) / count;
    const sxy = between(this.xy, from, to) - (x * y) / count;
    const syy = between(this.yy, from, to) - (y * y) / count;
    return Math.max(0, syy - (sxx > 0 ? (sxy * sxy) / sxx : 0));
  }
}

function between(sums: Float64Array, from: number, to: number): number {
  return (sums[to] as number) - (sums[from] as number);
}

function sumsOf(points: readonly Point[], of: (point: Point) => number): Float64Array {
  const sums = new Float64Array(points.length + 1);
  points.forEach((point, index) => {
    sums[index + 1] = (sums[index] as number) + of(point);
  });
  return sums;
}

/** Where segments begin that are each a line, the first at 0: those with the least squares and a price for each (optimal partitioning). */
export function segments(points: readonly Point[], spread: number): number[] {
  const count = points.length;
  const sums = new Sums(points);
  const walk = WALK * count * count * wanderOf(points, spread);
  const price = Math.max(PENALTY * Math.log2(count) * spread * spread, walk, Number.MIN_VALUE);
  const best = new Float64Array(count + 1).fill(Number.POSITIVE_INFINITY);
  const from = new Int32Array(count + 1);
  best[0] = -price;
  for (let to = LEAST_SEGMENT; to <= count; to++) {
    for (let begin = 0; begin <= to - LEAST_SEGMENT; begin++) {
      const cost = (best[begin] as number) + sums.residuals(begin, to) + price;
      if (cost < (best[to] as number)) {
        best[to] = cost;
        from[to] = begin;
      }
    }
  }
  const begins: number[] = [];
  for (let to = count; to > 0; to = from[to] as number) begins.unshift(from[to] as number);
  return begins;
}
