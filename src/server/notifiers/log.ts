import type { Alert } from "~/domain/alert";

/** A line of logs/alerts.log: every change of every alert, grouped or silenced or not. */
export function alertLine(kind: string, { id, rule, severity, state, message, labels, value, threshold, cause }: Alert): object {
  const culprits = cause.map(({ pid, name, user, share }) => ({ pid, name, user, share }));
  return { kind, id, rule, severity, state, message, labels, value, threshold, cause: culprits };
}
