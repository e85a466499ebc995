/** What a transition of an instance makes of its alert. Pure. */
import { type Alert, isAcknowledged, type Transition } from "~/domain/alert";
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

/** `cause` is a new one if its severity has risen. */
export function changedAlert(
  before: Alert,
  { judged: rule }: Pick<AlertInstance, "judged">,
  { kind, severity, cause, value, at }: Moment & Pick<Transition, "kind" | "severity"> & { cause: Cause | null },
): Alert {
  const alert = { ...before, severity, value, threshold: rule.thresholds[severity] ?? before.threshold };
  if (kind === "resolved") return { ...alert, state: "resolved", resolvedAt: at };
  if (kind !== "escalated") return alert;
  // It needs a new acknowledgement; the one before stays in the record.
  const acknowledgedUntil = isAcknowledged(before, at) ? at : before.acknowledgedUntil;
  return { ...alert, acknowledgedUntil, ...(cause && { ...causeFields(cause), firstCause: cause.contributors }) };
}

export function causeFields({ contributors, coverage, refusal }: Cause): Pick<Alert, "cause" | "coverage" | "refusal"> {
  return { cause: contributors, coverage, refusal };
}
