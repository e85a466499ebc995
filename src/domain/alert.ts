import { type Contributor, contributorAnswer } from "./contributor";
import type { Labels } from "./sample";

export const SEVERITIES = ["info", "warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

export function rank(severity: Severity | null): number {
  return severity === null ? -1 : SEVERITIES.indexOf(severity);
}

/** What is watched and when it is too much. Thresholds are in the metric's unit. */
/** As `mwv8q5gv-d0aec339`. */
export const ALERT_ID = /^[a-z0-9]+-[a-f0-9]{8}$/;

export interface AlertRule {
  name: string;
  metric: string;
  /** Label values to match; `*` matches anything. */
  match: Labels;
  /** Series with one of these labels are excluded: other rules cover them. */
  without: readonly string[];
  /** Series that match are evaluated only while `metric` with the same labels is at least `value`: a small thing may well be full. */
  atLeast?: { match: Labels; metric: string; value: number };
  aggregate: "avg" | "min" | "max" | "last";
  /** 0 evaluates each reading by itself. */
  windowSeconds: number;
  op: "above" | "below";
  thresholds: Partial<Record<Severity, number>>;
  /** Hysteresis: how far the value must go back beyond a threshold to be clear of it. */
  clearMargin: number;
  forSeconds: number;
  keepFiringForSeconds: number;
  /** What to do when the metric is missing: keep the state, treat it as ok, or alert on it. */
  noData: "keep" | "ok" | "alert";
  /**
   * Compares the thresholds with the value that the trend of the window predicts this far ahead; null compares the current value.
   */
  forecastSeconds: number | null;
  /** Warns of a mean of the window that is not usual at this hour of the week, without thresholds of its own. */
  unusual?: true;
  /** Channels to notify; null for all. */
  channels: readonly string[] | null;
  /** Who is told when nobody has acknowledged it for some time; null for `alerts.escalate`. */
  escalate: readonly EscalationStep[] | null;
  description: string;
  remedy: string;
}

export interface EscalationStep {
  afterSeconds: number;
  channels: readonly string[];
}

/** A rule and its origin: shipped, shipped with changed values, or the user's own. */
export interface ListedRule extends AlertRule {
  source: "shipped" | "adjusted" | "own";
  enabled: boolean;
}

/** State of a rule on one series. Durations are sums of monotonic intervals: a step of the clock does not affect them. */
export interface InstanceState {
  /** `resolved` by hand: it stays so until the condition has cleared once. */
  phase: "inactive" | "pending" | "firing" | "resolved";
  severity: Severity | null;
  /** Seconds beyond the lowest threshold, while pending. */
  heldSeconds: number;
  /** Seconds clear of every threshold, while firing. */
  clearSeconds: number;
  /** Seconds without a reading. */
  missingSeconds: number;
  /** Seconds with readings that were too few for a value; none in states of version 0.2.0 and before. */
  fillingSeconds?: number;
}

export const INACTIVE: InstanceState = { phase: "inactive", severity: null, heldSeconds: 0, clearSeconds: 0, missingSeconds: 0 };

export interface Transition {
  kind: "fired" | "escalated" | "eased" | "resolved";
  severity: Severity;
  reason: "threshold" | "no_data";
}

/** One occurrence of an alert, from firing to resolved. Times are epoch milliseconds. */
export interface Alert {
  id: string;
  rule: string;
  metric: string;
  labels: Labels;
  severity: Severity;
  state: "firing" | "resolved";
  value: number | null;
  /** The value furthest beyond the threshold so far; null for one that was never measured, or that a version before this stored. */
  peak: number | null;
  threshold: number | null;
  unit: string;
  /** How far ahead the value is predicted; null for a measured one. */
  forecastSeconds: number | null;
  message: string;
  /** Who explains it; renewed while the alert fires. With a `refusal` those that have most, none of whom is the cause. */
  cause: Contributor[];
  /** What the cause explains of the whole, 0..1; null when the whole is unknown. */
  coverage: number | null;
  /** Why nobody is named; null when somebody is. */
  refusal: string | null;
  /** What was different in its minutes, in a sentence; null until it is known. */
  summary: string | null;
  /** The cause when it fired, or when its severity rose last. */
  firstCause: Contributor[];
  startedAt: number;
  resolvedAt: number | null;
  acknowledgedAt: number | null;
  acknowledgedBy: string | null;
  /** When the acknowledgement ends or has ended; null for one without an end. A rise in severity ends it. */
  acknowledgedUntil: number | null;
  note: string | null;
}

/** True while somebody takes care of it. */
export function isAcknowledged(
  { acknowledgedAt, acknowledgedUntil }: Pick<Alert, "acknowledgedAt" | "acknowledgedUntil">,
  now: number,
): boolean {
  return acknowledgedAt !== null && (acknowledgedUntil === null || now < acknowledgedUntil);
}

/** An alert as in the API, the stream and the pages: times in ISO 8601. */
export function alertAnswer(alert: Alert) {
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return {
    ...alert,
    cause: alert.cause.map(contributorAnswer),
    firstCause: alert.firstCause.map(contributorAnswer),
    startedAt: new Date(alert.startedAt).toISOString(),
    resolvedAt: iso(alert.resolvedAt),
    acknowledgedAt: iso(alert.acknowledgedAt),
    acknowledgedUntil: iso(alert.acknowledgedUntil),
  };
}

export type AlertAnswer = ReturnType<typeof alertAnswer>;

/** True while somebody takes care of the alert of an answer. */
export function isAnswerAcknowledged(
  { acknowledgedAt, acknowledgedUntil }: Pick<AlertAnswer, "acknowledgedAt" | "acknowledgedUntil">,
  now: number,
): boolean {
  const time = (text: string | null) => (text === null ? null : Date.parse(text));
  return isAcknowledged({ acknowledgedAt: time(acknowledgedAt), acknowledgedUntil: time(acknowledgedUntil) }, now);
}
