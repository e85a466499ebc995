/** How urgent a message is for services that have their own scales. Pure. */
import { rank, type Severity } from "~/domain/alert";
import type { AlertItem, AlertMessage } from "../notifier";

/** The worst severity that still fires in a message; null when all of it has resolved. */
export function worstFiring({ items }: Pick<AlertMessage, "items">): Severity | null {
  let worst: Severity | null = null;
  for (const { kind, alert } of items) if (kind !== "resolved" && rank(alert.severity) > rank(worst)) worst = alert.severity;
  return worst;
}

export function isResolved({ kind }: Pick<AlertItem, "kind">): boolean {
  return kind === "resolved";
}

const COLOURS = { critical: "#d92d20", warning: "#f79009", info: "#2e90fa", resolved: "#17b26a" } as const;

export function colourOf(message: Pick<AlertMessage, "items">): string {
  return COLOURS[worstFiring(message) ?? "resolved"];
}
