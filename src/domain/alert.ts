import type { Labels } from "./sample";

export const SEVERITIES = ["info", "warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

export function rank(severity: Severity | null): number {
  return severity === null ? -1 : SEVERITIES.indexOf(severity);
}

/** What is watched and when it is too much. Thresholds are in the metric's own unit. */
export interface AlertRule {
  name: string;
  metric: string;
  /** Label to value; `*` in a value stands for anything. */
  match: Labels;
  /** Series that carry one of these labels are left to other rules. */
  without: readonly string[];
  aggregate: "avg" | "min" | "max" | "last";
  /** 0 takes each reading by itself. */
  windowSeconds: number;
  op: "above" | "below";
  thresholds: Partial<Record<Severity, number>>;
  /** How far back beyond a threshold the value must go before it counts as clear of it. */
  clearMargin: number;
  forSeconds: number;
  keepFiringForSeconds: number;
  /** What to think when the metric is no longer there: nothing more, that it is well again, or that this is the alert. */
  noData: "keep" | "ok" | "alert";
  /** Compare the thresholds with what the trend of the window leads to in so long; null compares what is. */
  forecastSeconds: number | null;
  /** Channels that hear of it; null for all. */
  channels: readonly string[] | null;
  description: string;
  remedy: string;
}

/** A rule with where it comes from: shipped, shipped with other numbers, or of the user's own. */
export interface ListedRule extends AlertRule {
  source: "shipped" | "adjusted" | "own";
  enabled: boolean;
}

/** How a rule stands for one series. Durations are sums of monotonic intervals: a step of the clock does not move them. */
export interface AlertState {
  phase: "inactive" | "pending" | "firing";
  severity: Severity | null;
  /** Seconds beyond the lowest threshold, while pending. */
  heldSeconds: number;
  /** Seconds clear of every threshold, while firing. */
  clearSeconds: number;
  /** Seconds without a reading. */
  missingSeconds: number;
}

export const INACTIVE: AlertState = { phase: "inactive", severity: null, heldSeconds: 0, clearSeconds: 0, missingSeconds: 0 };

export interface Transition {
  kind: "fired" | "escalated" | "eased" | "resolved";
  severity: Severity;
  reason: "threshold" | "no_data";
}

/** A process that explains a value, and by how much. */
export interface TopContributor {
  pid: number;
  startedAt: number;
  name: string;
  command: string;
  user: string;
  parentPid: number;
  /** Of the whole that the metric measures, 0..1. */
  share: number;
  /** In `unit`: cores, bytes, bytes a second or processes. */
  value: number;
  unit: string;
  /** Against the minutes before; null when nothing is known of them. */
  change: number | null;
}

/** One occurrence of trouble, from firing to resolving. Times are epoch milliseconds. */
export interface Alert {
  id: string;
  rule: string;
  metric: string;
  labels: Labels;
  severity: Severity;
  state: "firing" | "resolved";
  value: number | null;
  threshold: number | null;
  unit: string;
  /** How far ahead the value lies; null for one that was measured. */
  forecastSeconds: number | null;
  message: string;
  cause: TopContributor[];
  startedAt: number;
  resolvedAt: number | null;
  acknowledgedAt: number | null;
  acknowledgedBy: string | null;
  note: string | null;
}

/** An alert as the API, the stream and the pages have it: times in ISO 8601. */
export function alertAnswer(alert: Alert) {
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return {
    ...alert,
    cause: alert.cause.map((contributor) => ({ ...contributor, startedAt: new Date(contributor.startedAt).toISOString() })),
    startedAt: new Date(alert.startedAt).toISOString(),
    resolvedAt: iso(alert.resolvedAt),
    acknowledgedAt: iso(alert.acknowledgedAt),
  };
}

export type AlertAnswer = ReturnType<typeof alertAnswer>;
