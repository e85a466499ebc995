/** The alert policy for one rule and one series. Pure: live evaluation and backtests call the same function. */
import { type AlertRule, INACTIVE, type InstanceState, rank, SEVERITIES, type Severity, type Transition } from "~/domain/alert";

export interface Observation {
  rule: AlertRule;
  previous: InstanceState;
  /** The aggregated value; null if there is no reading or too little of the window is covered. */
  value: number | null;
  /** Monotonic time since the previous observation. */
  elapsedSeconds: number;
  /** The thresholds have changed since: what fired by the old ones is judged by these alone. */
  isRuleNew?: boolean;
  /** There is a reading, but too few before it for a value. */
  isFilling?: boolean;
}

export interface Evaluation {
  state: InstanceState;
  transition: Transition | null;
}

/**
 * With `noData: ok`, an instance becomes inactive after this long without a reading. While there are readings, its window may still fill, as
 * after a start: it is waited for as long as the window is.
 */
const FORGET_SECONDS = 120;
/** With `noData: alert`, an instance fires after this long without a reading. */
const MISSING_SECONDS = 30;

/**
 * The highest severity whose threshold the value has reached. Up to the `held` severity, the value has to pass the threshold by
 * `clearMargin` to clear it.
 */
export function severityOf(rule: AlertRule, value: number, held: Severity | null): Severity | null {
  const sign = rule.op === "above" ? 1 : -1;
  let found: Severity | null = null;
  for (const severity of SEVERITIES) {
    const threshold = rule.thresholds[severity];
    if (threshold === undefined) continue;
    const margin = rank(severity) <= rank(held) ? rule.clearMargin : 0;
    if (sign * (value - threshold) + margin >= 0) found = severity;
  }
  return found;
}

function step(state: InstanceState, transition: Transition | null = null): Evaluation {
  return { state, transition };
}

export function evaluate(observation: Observation): Evaluation {
  const { rule, previous, value, elapsedSeconds, isRuleNew = false } = observation;
  if (value === null) return withoutValue(observation);
  const firing = previous.phase === "firing";
  const isHeld = (firing || previous.phase === "resolved") && !isRuleNew;
  const severity = severityOf(rule, value, isHeld ? previous.severity : null);
  const seen = { ...previous, missingSeconds: 0, fillingSeconds: 0 };
  if (previous.phase === "resolved") return step(severity === null ? { ...INACTIVE } : seen);
  if (!firing) {
    if (severity === null) return step({ ...INACTIVE });
    const heldSeconds = previous.phase === "pending" ? previous.heldSeconds + elapsedSeconds : 0;
    if (heldSeconds < rule.forSeconds) return step({ ...seen, phase: "pending", severity, heldSeconds, clearSeconds: 0 });
    return step({ ...INACTIVE, phase: "firing", severity }, { kind: "fired", severity, reason: "threshold" });
  }
  const current = previous.severity ?? "warning";
  if (severity === null) {
    const clearSeconds = previous.clearSeconds + elapsedSeconds;
    if (clearSeconds < rule.keepFiringForSeconds && !isRuleNew) return step({ ...seen, clearSeconds });
    return step({ ...INACTIVE }, { kind: "resolved", severity: current, reason: "threshold" });
  }
  const next = { ...seen, severity, clearSeconds: 0 };
  if (severity === current) return step(next);
  return step(next, { kind: rank(severity) > rank(current) ? "escalated" : "eased", severity, reason: "threshold" });
}

function withoutValue({ rule, previous, elapsedSeconds, isFilling = false }: Observation): Evaluation {
  const missingSeconds = isFilling ? 0 : previous.missingSeconds + elapsedSeconds;
  const fillingSeconds = (previous.fillingSeconds ?? 0) + (isFilling ? elapsedSeconds : 0);
  const state = { ...previous, missingSeconds, fillingSeconds };
  const hasNone = (seconds: number) => missingSeconds >= seconds || fillingSeconds >= seconds + rule.windowSeconds;
  if (rule.noData === "alert" && previous.phase === "resolved") return step(state);
  if (rule.noData === "alert" && previous.phase !== "firing" && hasNone(MISSING_SECONDS)) {
    return step(
      { ...INACTIVE, phase: "firing", severity: "warning", missingSeconds },
      { kind: "fired", severity: "warning", reason: "no_data" },
    );
  }
  if (rule.noData === "keep" || !hasNone(FORGET_SECONDS) || rule.noData === "alert") return step(state);
  if (previous.phase !== "firing") return step({ ...INACTIVE, missingSeconds });
  return step({ ...INACTIVE, missingSeconds }, { kind: "resolved", severity: previous.severity ?? "warning", reason: "no_data" });
}
