import type { AlertRule } from "~/domain/alert";
import { Trend } from "./trend";
import { SlidingWindow } from "./window";

/** Aggregates the readings of one series into the value that a rule's thresholds are compared with. */
export interface RuleAggregator {
  /** NaN is a missing reading; `at` is in epoch milliseconds. */
  add(value: number, seconds: number, at: number): void;
  /** The wall clock was set by `stepMs`. */
  clockWasSet(stepMs: number): void;
  /** Null while too little of the window is covered. */
  value(): number | null;
}

export function aggregatorOf(rule: Pick<AlertRule, "windowSeconds" | "aggregate" | "forecastSeconds" | "op">): RuleAggregator {
  if (rule.forecastSeconds === null) {
    const window = new SlidingWindow(rule.windowSeconds, rule.aggregate);
    return { add: (value, seconds) => window.add(value, seconds), clockWasSet: () => {}, value: () => window.value() };
  }
  const { forecastSeconds, op } = rule;
  const trend = new Trend(rule.windowSeconds);
  let missing = false;
  return {
    add: (value, seconds, at) => {
      missing = Number.isNaN(value);
      trend.add(value, seconds, at);
    },
    clockWasSet: (stepMs) => trend.clockWasSet(stepMs),
    value: () => (missing ? null : trend.predict(forecastSeconds, op)),
  };
}
