/** Why nobody is told of an alert. Pure. */
import { type Alert, rank } from "~/domain/alert";
import { type Labels, sameLabels } from "~/domain/sample";
import { covers, type Silence } from "~/domain/silence";

export interface Surroundings {
  open: Iterable<Alert>;
  silences: readonly Silence[];
}

function isSubset(part: Labels, whole: Labels): boolean {
  const names = Object.keys(part);
  return names.length > 0 && names.every((name) => part[name] === whole[name]);
}

/** A worse alert of the same thing says it all; one about something that is gone speaks for all that it had. */
function inhibits(other: Alert, alert: Alert): boolean {
  if (other.id === alert.id) return false;
  if (other.metric === alert.metric && sameLabels(other.labels, alert.labels)) {
    return other.severity === "critical" && rank(alert.severity) < rank("critical");
  }
  return other.value === null && alert.value !== null && isSubset(other.labels, alert.labels);
}

/** `silence NAME` or `alert RULE`; null when the alert is told. */
export function mutedBy(alert: Alert, { open, silences }: Surroundings, now: number): string | null {
  const silence = silences.find((one) => covers(one, alert, now));
  if (silence) return `silence ${silence.note || silence.id}`;
  for (const other of open) if (inhibits(other, alert)) return `alert ${other.rule}`;
  return null;
}
