import type { AlertRule } from "~/domain/alert";

/** A verdict needs readings for this much of the window. */
export const COVERAGE = 0.8;

/** The readings of the last seconds, and what they come to. Time is the sum of monotonic intervals. */
export class Window {
  private readings: { value: number; seconds: number }[] = [];
  private span = 0;
  private covered = 0;
  private sum = 0;

  constructor(private readonly seconds: number) {}

  /** NaN is a moment without a reading: it takes time and says nothing. */
  add(value: number, seconds: number): void {
    this.readings.push({ value, seconds });
    this.span += seconds;
    if (!Number.isNaN(value)) {
      this.covered += seconds;
      this.sum += value * seconds;
    }
    // The oldest goes when the window is full without it.
    for (let oldest = this.readings[0]; oldest && this.span - oldest.seconds >= this.seconds; oldest = this.readings[0]) {
      if (this.readings.length === 1) break;
      this.readings.shift();
      this.span -= oldest.seconds;
      if (Number.isNaN(oldest.value)) continue;
      this.covered -= oldest.seconds;
      this.sum -= oldest.value * oldest.seconds;
    }
  }

  /** Null while too little of the window is known. */
  value(aggregate: AlertRule["aggregate"]): number | null {
    const last = this.readings.at(-1);
    if (!last) return null;
    if (this.seconds === 0 || aggregate === "last") return Number.isNaN(last.value) ? null : last.value;
    if (this.covered < COVERAGE * this.seconds || this.covered <= 0) return null;
    if (aggregate === "avg") return this.sum / this.covered;
    const values = this.readings.map(({ value }) => value).filter((value) => !Number.isNaN(value));
    return aggregate === "max" ? Math.max(...values) : Math.min(...values);
  }
}
