/** Alerts and groups as rows of the database. */
import type { Alert, Severity } from "~/domain/alert";
import { type Cause, type Contributor, type MeasureName, UNKNOWN_CAUSE } from "~/domain/contributor";
import type { GroupState } from "~/domain/notification";
import type { Labels } from "~/domain/sample";
import type { AlertModel } from "../generated/models";

export function toRow(alert: Alert) {
  return {
    id: alert.id,
    timestamp: new Date(alert.startedAt),
    alert_type: alert.rule,
    severity: alert.severity,
    message: alert.message,
    metric_value: alert.value,
    threshold: alert.threshold,
    acknowledged: alert.acknowledgedAt !== null,
    resolved: alert.state === "resolved",
    metric: alert.metric,
    labels: JSON.stringify(alert.labels),
    unit: alert.unit,
    cause: JSON.stringify(storedCause(alert)),
    first_cause: JSON.stringify(alert.firstCause),
    resolved_at: alert.resolvedAt === null ? null : new Date(alert.resolvedAt),
    acknowledged_at: alert.acknowledgedAt === null ? null : new Date(alert.acknowledgedAt),
    acknowledged_by: alert.acknowledgedBy,
    acknowledged_until: alert.acknowledgedUntil === null ? null : new Date(alert.acknowledgedUntil),
    note: alert.note,
    forecast_seconds: alert.forecastSeconds,
  };
}

type StoredCause = Cause & { summary?: string | null; peak?: number | null };

const storedCause = ({ cause, coverage, refusal, summary, peak }: Alert): StoredCause => ({
  contributors: cause,
  coverage,
  refusal,
  summary,
  peak,
});

const MEASURE_BY_UNIT: Readonly<Record<string, MeasureName>> = {
  "{cpu}": "cpu",
  By: "memory",
  "By/s": "io",
  "{process}": "forks",
};

/** Earlier versions stored a list of processes or trees, without what they measured. */
function readCause(json: string): StoredCause {
  const stored = JSON.parse(json) as StoredCause | (Partial<Contributor> & { unit: string })[];
  if (!Array.isArray(stored)) return stored;
  const contributors = stored.map(({ processes = 1, ...one }) => ({
    kind: processes > 1 ? "tree" : "process",
    startedBy: null,
    measure: MEASURE_BY_UNIT[one.unit] ?? "cpu",
    evidence: [],
    ...one,
    processes,
  })) as Contributor[];
  return { ...UNKNOWN_CAUSE, contributors };
}

export function fromRow(row: AlertModel): Alert {
  const { contributors, coverage, refusal, summary = null, peak = null } = readCause(row.cause);
  return {
    id: row.id,
    rule: row.alert_type,
    metric: row.metric,
    labels: JSON.parse(row.labels) as Labels,
    severity: row.severity as Severity,
    state: row.resolved ? "resolved" : "firing",
    value: row.metric_value,
    peak,
    threshold: row.threshold,
    unit: row.unit,
    message: row.message,
    cause: contributors,
    coverage,
    refusal,
    summary,
    firstCause: readCause(row.first_cause).contributors,
    startedAt: row.timestamp.getTime(),
    resolvedAt: row.resolved_at?.getTime() ?? null,
    acknowledgedAt: row.acknowledged_at?.getTime() ?? null,
    acknowledgedBy: row.acknowledged_by,
    acknowledgedUntil: row.acknowledged_until?.getTime() ?? null,
    note: row.note,
    forecastSeconds: row.forecast_seconds,
  };
}

/** Version 0.1.0 called `pending` "waiting" and `notified` "told", and until 0.2.0 a group had one time for all that it had notified. */
interface OldGroup {
  waiting?: GroupState["pending"];
  told?: readonly string[];
  notified?: readonly string[];
  lastSentAt?: number | null;
}

export function groupOf(json: string): GroupState {
  const group = JSON.parse(json) as Partial<GroupState> | OldGroup;
  const old = group as OldGroup;
  const ids = Array.isArray(group.notified) ? group.notified : old.told;
  const notified = ids
    ? Object.fromEntries(ids.map((id) => [id, { at: old.lastSentAt ?? 0, severity: null }]))
    : (group.notified ?? {});
  const { pending, flushAt = null } = group as Partial<GroupState>;
  return { pending: pending ?? old.waiting ?? [], flushAt, notified: notified as GroupState["notified"] };
}
