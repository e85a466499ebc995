/** Annotations drawn on top of every chart: alerts, and marks that people or Hostscope made. Pure. */
import type { AlertAnswer, Severity } from "~/domain/alert";
import type { ChartModel, Threshold } from "./prepare";

export interface Annotation {
  id: string;
  /** Epoch milliseconds. */
  from: number;
  /** Null while the alert is active. */
  to: number | null;
  kind: Severity | "mark";
  text: string;
  href?: string;
}

/** Alerts as annotations: those of one metric, or all of them when `metric` is null. */
export function alertAnnotations(alerts: readonly AlertAnswer[], metric: string | null): Annotation[] {
  return alerts
    .filter((alert) => metric === null || alert.metric === metric)
    .map(({ id, startedAt, resolvedAt, severity, message }) => ({
      id,
      from: Date.parse(startedAt),
      to: resolvedAt === null ? null : Date.parse(resolvedAt),
      kind: severity,
      text: message,
      href: `/alerts?alert=${id}`,
    }));
}

/** Notes, boots, starts and changes of the configuration, as lines on every chart. */
export function markAnnotations(marks: readonly { id: string; timestamp: string; text: string }[]): Annotation[] {
  return marks.map(({ id, timestamp, text }) => {
    const at = Date.parse(timestamp);
    return { id, from: at, to: at + 1, kind: "mark", text };
  });
}

export interface PlacedAnnotation extends Annotation {
  /** Shares of the plot's width. */
  left: number;
  width: number;
  /** True when it starts before the visible range. */
  cut: boolean;
}

const MOST = 40;

/** Positions annotations on a plot. Keeps the newest 40, because more cannot be told apart. */
export function placeAnnotations(
  annotations: readonly Annotation[],
  range: Extract<ChartModel, { kind: "lines" }>["range"],
): PlacedAnnotation[] {
  const [from, to] = [range.from * 1000, range.to * 1000];
  return annotations
    .filter((one) => one.from < to && (one.to ?? to) > from)
    .sort((a, b) => a.from - b.from)
    .slice(-MOST)
    .map((one) => {
      const start = Math.max(from, one.from);
      const end = Math.min(to, one.to ?? to);
      return { ...one, left: (start - from) / (to - from), width: (end - start) / (to - from), cut: one.from < from };
    });
}

/** A threshold's distance from the top of the plot, 0 to 1; null outside the scale. */
export function placeThreshold({ value }: Threshold, { min, max }: { min: number; max: number }): number | null {
  return value > max || value < min ? null : (max - value) / (max - min);
}
