/**
 * The one judgement of how the machine is: Overview's sentence and cards, the bell, the tab and `hostscope status` take it, and the verdict
 * of reports its order of severities. The rules judge the machine, the health checks judge Hostscope; nobody compares a value with a limit of their own. Pure.
 */
import { type AlertAnswer, isAnswerAcknowledged, rank, type Severity } from "./alert";
import type { Health, HealthCheck } from "./health";

type JudgedAlert = Pick<AlertAnswer, "state" | "severity" | "startedAt" | "acknowledgedAt" | "acknowledgedUntil"> & {
  /** The silence, or the alert, that mutes it. */
  mutedBy?: string | null | undefined;
};

export interface Situation<Alert extends JudgedAlert> {
  alerts: readonly Alert[];
  /** Null where no server has been asked. */
  health: Pick<Health, "checks"> | null;
  monitoring: "running" | "stopped" | null;
  /** Epoch milliseconds: acknowledgements end. */
  now: number;
}

export interface Judgement<Alert extends JudgedAlert> {
  /** An acknowledged or silenced alert counts as well: the machine is no better for it. */
  severity: "ok" | Severity;
  /** Worst first; those that nobody takes care of before the others, then the newest. */
  firing: Alert[];
  /** The firing alerts that are neither acknowledged nor silenced. */
  waiting: Alert[];
  /** Checks of Hostscope itself that fail. */
  trouble: HealthCheck[];
  isStopped: boolean;
}

export function judge<Alert extends JudgedAlert>({ alerts, health, monitoring, now }: Situation<Alert>): Judgement<Alert> {
  const isWaiting = (alert: Alert) => !isAnswerAcknowledged(alert, now) && (alert.mutedBy ?? null) === null;
  const firing = bySeverity(alerts.filter(({ state }) => state === "firing")).sort(
    (a, b) => Number(isWaiting(b)) - Number(isWaiting(a)),
  );
  const trouble = (health?.checks ?? []).filter(({ status }) => status !== "ok");
  const isStopped = monitoring === "stopped";
  const worst = worstOf([
    ...firing.map(({ severity }) => severity),
    ...(trouble.length > 0 ? ["warning" as const] : []),
    ...(isStopped ? ["info" as const] : []),
  ]);
  return { severity: worst ?? "ok", firing, waiting: firing.filter(isWaiting), trouble, isStopped };
}

/** Worst first, then the newest. */
export function bySeverity<Alert extends Pick<JudgedAlert, "severity" | "startedAt">>(alerts: readonly Alert[]): Alert[] {
  return alerts.toSorted((a, b) => rank(b.severity) - rank(a.severity) || Date.parse(b.startedAt) - Date.parse(a.startedAt));
}

/** Null for none. */
export function worstOf(severities: readonly Severity[]): Severity | null {
  return severities.reduce<Severity | null>((worst, one) => (rank(one) > rank(worst) ? one : worst), null);
}

/** Whether a silence holds back an alert, or another alert: `mutedBy` begins with which. */
export const mutingOf = (mutedBy: string): "silenced" | "muted" => (mutedBy.startsWith("alert ") ? "muted" : "silenced");
