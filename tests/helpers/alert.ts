/** Rules and alerts for tests, with what a test is about as changes. */
import { type Alert, type AlertAnswer, type AlertRule, alertAnswer } from "../../src/domain/alert";
import type { Contributor } from "../../src/domain/contributor";

export function alertRule(change: Partial<AlertRule> = {}): AlertRule {
  return {
    name: "cpu",
    metric: "system.cpu.utilization",
    match: {},
    without: [],
    aggregate: "last",
    windowSeconds: 0,
    op: "above",
    thresholds: { warning: 0.8, critical: 0.95 },
    clearMargin: 0.05,
    forSeconds: 0,
    keepFiringForSeconds: 0,
    noData: "ok",
    forecastSeconds: null,
    channels: null,
    escalate: null,
    description: "",
    remedy: "",
    ...change,
  };
}

/** One that explains a CPU. */
export function contributor(change: Partial<Contributor> = {}): Contributor {
  return {
    kind: "process",
    name: "postgres",
    pid: 812,
    startedAt: 0,
    command: "postgres",
    user: "pg",
    parentPid: 1,
    startedBy: null,
    processes: 1,
    measure: "cpu",
    value: 1.2,
    unit: "{cpu}",
    change: null,
    share: 0.61,
    evidence: [],
    ...change,
  };
}

/** One that fires. */
export function firing(change: Partial<Alert> = {}): Alert {
  return {
    id: "a1",
    rule: "cpu",
    metric: "system.cpu.utilization",
    labels: {},
    severity: "critical",
    state: "firing",
    value: 0.97,
    peak: 0.97,
    threshold: 0.95,
    unit: "1",
    message: "",
    cause: [],
    coverage: null,
    refusal: null,
    summary: null,
    firstCause: [],
    startedAt: 0,
    resolvedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    acknowledgedUntil: null,
    note: null,
    forecastSeconds: null,
    ...change,
  };
}

/** One that fires, as the lists of the API have it. */
export function listedAlert(change: Partial<Alert> = {}): AlertAnswer & { mutedBy: string | null } {
  return { ...alertAnswer(firing(change)), mutedBy: null };
}
