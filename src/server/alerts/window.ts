import type { AlertRule } from "~/domain/alert";

/** A value needs readings for this share of the window. */
export const COVERAGE = 0.8;

interface WindowReading {
  value: number;
  seconds: number;
}

/** Aggregates the readings of a sliding window. Time is the sum of monotonic intervals. */
export class SlidingWindow {
  private readings: WindowReading[] = [];
  /** Monotonic queue for `max` and `min`: readings that no later one reaches, the extreme first. */
  private candidates: WindowReading[] = [];
  private span = 0;
  private covered = 0;
  private sum = 0;

  constructor(
    private readonly seconds: number,
    private readonly aggregate: AlertRule["aggregate"],
  ) {}

  /** NaN is a missing reading: it takes up time and counts for nothing. */
  add(value: number, seconds: number): void {
    const reading = { value, seconds };
    this.readings.push(reading);
    this.span += seconds;
    if (!Number.isNaN(value)) {
      this.covered += seconds;
      this.sum += value * seconds;
      this.compete(reading);
    }
    // Drop the oldest reading when the window is full without it.
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

  /** Null while too little of the window is covered. `last` needs only a current reading. */
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
