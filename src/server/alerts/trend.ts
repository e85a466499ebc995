/** Forecasts a series: fits a line through the readings of a window, with a confidence interval of its slope. */
import { mean } from "simple-statistics";
import { autocorrelation, fitLine } from "~/domain/line-fit";
import { COVERAGE } from "./window";

/** A window is averaged into this many buckets: enough for a slope, few enough that a single moment does not decide it. */
const BUCKETS = 60;
const MIN_BUCKETS = 10;
/** Half-width of the slope's 90 % confidence interval, in standard errors. */
const NEAR_END = 1.67;
/** A slope of fewer standard errors than this is no trend. */
const SIGNIFICANT = 2.6;

interface Bucket {
  seconds: number;
  sum: number;
  covered: number;
  value: number;
}

interface Line {
  slope: number;
  /** Standard error of the slope. Corrected for autocorrelation: neighbouring residuals count as nearly one observation. */
  error: number;
}

function lineThrough(points: readonly { x: number; y: number }[]): Line {
  const { slope, residuals } = fitLine(points);
  const meanX = mean(points.map(({ x }) => x));
  const sxx = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const squares = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  const correlation = Math.min(0.95, Math.max(0, autocorrelation(residuals)));
  const effective = Math.max(3, (points.length * (1 - correlation)) / (1 + correlation));
  return { slope, error: Math.sqrt(squares / Math.max(1, effective - 2) / sxx) };
}

export class Trend {
  private readonly bucketSeconds: number;
  private readonly buckets: Bucket[] = [];
  private line: Line | null | undefined;
  private last = Number.NaN;

  constructor(private readonly windowSeconds: number) {
    this.bucketSeconds = windowSeconds / BUCKETS;
  }

  add(value: number, seconds: number): void {
    let bucket = this.buckets.at(-1);
    if (!bucket || bucket.seconds >= this.bucketSeconds) {
      if (bucket) this.line = undefined;
      bucket = { seconds: 0, sum: 0, covered: 0, value: Number.NaN };
      this.buckets.push(bucket);
      if (this.buckets.length > BUCKETS + 1) this.buckets.shift();
    }
    bucket.seconds += seconds;
    if (Number.isNaN(value)) return;
    this.last = value;
    bucket.sum += value * seconds;
    bucket.covered += seconds;
    bucket.value = bucket.sum / bucket.covered;
  }

  /**
   * The forecast at the near end of the slope's confidence interval; the newest value if there is no trend; null while too little
   * of the window is covered.
   */
  predict(horizonSeconds: number, op: "above" | "below"): number | null {
    if (Number.isNaN(this.last)) return null;
    this.line ??= this.trend();
    if (this.line === null) return this.covered() < COVERAGE * this.windowSeconds ? null : this.last;
    const sign = op === "above" ? 1 : -1;
    const near = sign * this.line.slope - NEAR_END * this.line.error;
    return near > 0 ? this.last + sign * near * horizonSeconds : this.last;
  }

  private covered(): number {
    return this.buckets.reduce((sum, { covered }) => sum + covered, 0);
  }

  /** Null while too little of the window is covered, or if the slope is not significant or not steady. */
  private trend(): Line | null {
    if (this.covered() < COVERAGE * this.windowSeconds) return null;
    const points: { x: number; y: number }[] = [];
    let at = 0;
    for (const { seconds, covered, value } of this.buckets) {
      if (covered > 0) points.push({ x: at + seconds / 2, y: value });
      at += seconds;
    }
    if (points.length < MIN_BUCKETS) return null;
    const whole = lineThrough(points);
    if (Math.abs(whole.slope) <= SIGNIFICANT * whole.error) return null;
    // A step or a sawtooth has a slope too, but not in both halves.
    const middle = Math.floor(points.length / 2);
    const halves = [lineThrough(points.slice(0, middle)), lineThrough(points.slice(middle))];
    const steady = halves.every(({ slope }) => slope * whole.slope > 0 && Math.abs(slope) > Math.abs(whole.slope) / 4);
    return steady ? whole : null;
  }
}
