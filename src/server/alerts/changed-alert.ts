/** What a transition of an instance makes of its alert. Pure. */
import { type Alert, type AlertRule, isAcknowledged, type Transition } from "~/domain/alert";
import type { Cause } from "~/domain/contributor";
import type { AlertInstance } from "./instances";

interface Moment {
  value: number | null;
  at: number;
}

/** A new alert, without its message. */
export function firedAlert(
  { judged: rule, series }: Pick<AlertInstance, "judged" | "series">,
  { id, severity, cause, value, at }: Moment & Pick<Alert, "id" | "severity"> & { cause: Cause },
): Alert {
  return {
    id,
    rule: rule.name,
    metric: series.metric,
    labels: series.labels,
    severity,
    state: "firing",
    value,
    peak: value,
    threshold: rule.thresholds[severity] ?? null,
    unit: series.unit,
    forecastSeconds: rule.forecastSeconds,
    message: "",
    ...causeFields(cause),
    summary: null,
    firstCause: cause.contributors,
    startedAt: at,
    resolvedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    acknowledgedUntil: null,
    note: null,
  };
}

/** The one that is further beyond a threshold. */
export function further(op: AlertRule["op"], a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return op === "above" ? Math.max(a, b) : Math.min(a, b);
}

/** An alert that goes on, with its newest value. */
export function measuredAlert(before: Alert, { judged }: Pick<AlertInstance, "judged">, value: number | null): Alert {
  const threshold = judged.thresholds[before.severity] ?? before.threshold;
  return { ...before, value, threshold, peak: further(judged.op, before.peak, value) };
}

export const NOT_ACKNOWLEDGED = { acknowledgedAt: null, acknowledgedBy: null, acknowledgedUntil: null };

/** What an acknowledgement changes. */
export type Acknowledgement = Pick<Alert, "acknowledgedAt" | "acknowledgedBy" | "acknowledgedUntil" | "note">;

export function acknowledgementOf({ acknowledgedAt, acknowledgedBy, acknowledgedUntil, note }: Alert): Acknowledgement {
  return { acknowledgedAt, acknowledgedBy, acknowledgedUntil, note };
}

/** The clock was set by `stepMs` to `now`. */
export function correctedAlert(alert: Alert, now: number, stepMs: number): Alert {
  return {
    ...alert,
    startedAt: alert.startedAt > now ? Math.min(now, alert.startedAt + stepMs) : alert.startedAt,
    acknowledgedUntil: alert.acknowledgedUntil === null ? null : alert.acknowledgedUntil + stepMs,
  };
}

/** `cause` is a new one if its severity has risen. */
export function changedAlert(
  before: Alert,
  { judged: rule }: Pick<AlertInstance, "judged">,
  { kind, severity, cause, value, at }: Moment & Pick<Transition, "kind" | "severity"> & { cause: Cause | null },
): Alert {
  const alert = { ...measuredAlert(before, { judged: rule }, value), severity };
  alert.threshold = rule.thresholds[severity] ?? before.threshold;
  if (kind === "resolved") return { ...alert, state: "resolved", resolvedAt: at };
  if (kind !== "escalated") return alert;
  // It needs a new acknowledgement; the one before stays in the record.
  const acknowledgedUntil = isAcknowledged(before, at) ? at : before.acknowledgedUntil;
  return { ...alert, acknowledgedUntil, ...(cause && { ...causeFields(cause), firstCause: cause.contributors }) };
}

export function causeFields({ contributors, coverage, refusal }: Cause): Pick<Alert, "cause" | "coverage" | "refusal"> {
  return { cause: contributors, coverage, refusal };
}
