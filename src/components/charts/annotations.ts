/** What happened on the machine, as signs above the charts: alerts, and marks that people or Hostscope made. Pure. */
import type { AlertAnswer, Severity } from "~/domain/alert";
import type { MarkKind } from "~/domain/mark";

export interface Annotation {
  id: string;
  /** Epoch milliseconds. */
  from: number;
  /** Null while the alert is active. */
  to: number | null;
  kind: Severity | MarkKind;
  text: string;
  /** Of an alert: what it is about. */
  metric?: string;
  href?: string;
}

export const isAlert = ({ kind }: Pick<Annotation, "kind">): boolean =>
  kind === "info" || kind === "warning" || kind === "critical";

export function alertAnnotations(alerts: readonly AlertAnswer[]): Annotation[] {
  return alerts.map(({ id, startedAt, resolvedAt, severity, message, metric }) => ({
    id,
    from: Date.parse(startedAt),
    to: resolvedAt === null ? null : Date.parse(resolvedAt),
    kind: severity,
    text: message,
    metric,
    href: `/alerts?alert=${id}`,
  }));
}

/** Notes, boots, starts, changes of the configuration, the kernel's events and steps of the clock. */
export function markAnnotations(marks: readonly { id: string; timestamp: string; kind: MarkKind; text: string }[]): Annotation[] {
  return marks.map(({ id, timestamp, kind, text }) => {
    const at = Date.parse(timestamp);
    return { id, from: at, to: at, kind, text };
  });
}

/** Charts of one thing in two units: an alert on the one is an alert of the other. */
const SAME_THING: Readonly<Record<string, string>> = {
  "system.memory.usage": "system.memory.utilization",
  "system.paging.usage": "system.paging.utilization",
  "system.filesystem.usage": "system.filesystem.utilization",
};

export interface Stretch {
  severity: Severity;
  /** Shares of the plot's width. */
  left: number;
  width: number;
}

const SEVERITY_ORDER: readonly Severity[] = ["info", "warning", "critical"];

/** The stretches of a metric's own alerts, joined where they overlap, with the highest severity of each. */
export function alertStretches(
  annotations: readonly Annotation[],
  metric: string,
  { from, to }: { from: number; to: number },
): Stretch[] {
  const own = annotations
    .filter((one) => isAlert(one) && (one.metric === metric || one.metric === SAME_THING[metric]))
    .map((one) => ({ severity: one.kind as Severity, from: Math.max(from, one.from), to: Math.min(to, one.to ?? to) }))
    .filter((one) => one.from < one.to)
    .sort((a, b) => a.from - b.from);
  const joined: typeof own = [];
  for (const one of own) {
    const last = joined.at(-1);
    if (!last || one.from > last.to) joined.push({ ...one });
    else {
      last.to = Math.max(last.to, one.to);
      if (SEVERITY_ORDER.indexOf(one.severity) > SEVERITY_ORDER.indexOf(last.severity)) last.severity = one.severity;
    }
  }
  const width = to - from;
  return joined.map((one) => ({
    severity: one.severity,
    left: (one.from - from) / width,
    width: (one.to - one.from) / width,
  }));
}

/** What began within `withinMs` of a moment, the nearest first. */
export function annotationsNear(annotations: readonly Annotation[], at: number, withinMs: number): Annotation[] {
  return annotations
    .filter(({ from }) => Math.abs(from - at) <= withinMs)
    .sort((a, b) => Math.abs(a.from - at) - Math.abs(b.from - at));
}
