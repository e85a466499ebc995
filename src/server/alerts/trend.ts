/** Forecasts the series of a rule: gathers its readings in steps of the window and asks the forecast that everybody asks. */
import { type Forecast, forecast, foretold } from "~/domain/forecast";
import { COVERAGE } from "./window";

/** A window has this many steps. */
const STEPS = 60;
/** A step ends each second in the shortest windows; a forecast is not made more often than this. */
const AGAIN_MS = 10_000;

interface Step {
  /** Epoch milliseconds. */
  at: number;
  sum: number;
  count: number;
  covered: number;
}

export class Trend {
  private readonly stepMs: number;
  private steps: Step[] = [];
  private answer: Forecast | undefined;
  private madeAt = Number.NEGATIVE_INFINITY;
  private last = Number.NaN;

  constructor(private readonly windowSeconds: number) {
    this.stepMs = Math.max(1000, (windowSeconds * 1000) / STEPS);
  }

  add(value: number, seconds: number, at: number): void {
    const begin = Math.floor(at / this.stepMs) * this.stepMs;
    let step = this.steps.at(-1);
    if (!step || begin > step.at) {
      step = { at: begin, sum: 0, count: 0, covered: 0 };
      this.steps.push(step);
      while ((this.steps[0] as Step).at < begin - STEPS * this.stepMs) this.steps.shift();
      if (begin - this.madeAt >= AGAIN_MS) this.answer = undefined;
    }
    if (Number.isNaN(value)) return;
    this.last = value;
    step.sum += value;
    step.count++;
    step.covered += seconds;
  }

  /** What was measured moves with the clock. */
  clockWasSet(stepMs: number): void {
    this.steps = this.steps.map((step) => ({ ...step, at: step.at + stepMs }));
    this.madeAt += stepMs;
    this.answer = undefined;
  }

  /** What is foretold, if it lies nearer to the limits than the newest value; else that. Null while too little of the window is covered. */
  predict(horizonSeconds: number, op: "above" | "below"): number | null {
    if (Number.isNaN(this.last)) return null;
    if (this.steps.reduce((sum, { covered }) => sum + covered, 0) < COVERAGE * this.windowSeconds) return null;
    this.answer ??= this.forecast();
    const value = foretold(this.answer, horizonSeconds) ?? this.last;
    return op === "above" ? Math.max(this.last, value) : Math.min(this.last, value);
  }

  /** From the steps that have ended. */
  private forecast(): Forecast {
    const { stepMs } = this;
    const now = (this.steps.at(-1) as Step).at;
    this.madeAt = now;
    const from = now - STEPS * stepMs;
    const ended = this.steps.filter(({ at, count }) => at >= from && at < now && count > 0);
    const timestamps = ended.map(({ at }) => at);
    return forecast({ timestamps, values: ended.map(({ sum, count }) => sum / count), stepMs, now });
  }
}
