import type { AlertRule } from "~/domain/alert";

/** A verdict needs readings for this much of the window. */
export const COVERAGE = 0.8;

interface WindowReading {
  value: number;
  seconds: number;
}

/** The readings of the last seconds, and what they come to. Time is the sum of monotonic intervals. */
export class Window {
  private readings: WindowReading[] = [];
  /** For the extremes: readings that no later one goes beyond, the furthest first. */
  private candidates: WindowReading[] = [];
  private span = 0;
  private covered = 0;
  private sum = 0;

  constructor(
    private readonly seconds: number,
    private readonly aggregate: AlertRule["aggregate"],
  ) {}

  /** NaN is a moment without a reading: it takes time and says nothing. */
  add(value: number, seconds: number): void {
    const reading = { value, seconds };
    this.readings.push(reading);
    this.span += seconds;
    if (!Number.isNaN(value)) {
      this.covered += seconds;
      this.sum += value * seconds;
      this.compete(reading);
    }
    // The oldest goes when the window is full without it.
    for (let oldest = this.readings[0]; oldest && this.span - oldest.seconds >= this.seconds; oldest = this.readings[0]) {
      if (this.readings.length === 1) break;
      this.readings.shift();
      this.span -= oldest.seconds;
      if (oldest === this.candidates[0]) this.candidates.shift();
      if (Number.isNaN(oldest.value)) continue;
      this.covered -= oldest.seconds;
      this.sum -= oldest.value * oldest.seconds;
    }
  }

  /** Null while too little of the window is known. */
  value(): number | null {
    const last = this.readings.at(-1);
    if (!last) return null;
    if (this.seconds === 0 || this.aggregate === "last") return Number.isNaN(last.value) ? null : last.value;
    if (this.covered < COVERAGE * this.seconds || this.covered <= 0) return null;
    return this.aggregate === "avg" ? this.sum / this.covered : (this.candidates[0]?.value ?? null);
  }

  private compete(reading: WindowReading): void {
    if (this.aggregate !== "max" && this.aggregate !== "min") return;
    const sign = this.aggregate === "max" ? 1 : -1;
    for (let last = this.candidates.at(-1); last && sign * (reading.value - last.value) >= 0; last = this.candidates.at(-1)) {
      this.candidates.pop();
    }
    this.candidates.push(reading);
  }
}
