import type { Alert } from "~/domain/alert";

/** One line of logs/alerts.log, which has every change of every alert, grouped, muted or not. `at` is when it changed. */
export function alertLine({ kind, alert, at }: { kind: string; alert: Alert; at: number }): object {
  const { id, rule, severity, state, message, labels, value, threshold, refusal } = alert;
  const cause = alert.cause.map(({ kind, pid, name, user, share }) => ({ kind, pid, name, user, share }));
  return { kind, at: new Date(at).toISOString(), id, rule, severity, state, message, labels, value, threshold, cause, refusal };
}
