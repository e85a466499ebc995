/** Moments and stretches that stand on top of every chart: alerts, and marks that people made. Pure. */
import type { AlertAnswer, Severity } from "~/domain/alert";
import type { ChartModel, Threshold } from "./prepare";

export interface Annotation {
  id: string;
  /** Epoch milliseconds. */
  from: number;
  /** Null while it goes on. */
  to: number | null;
  kind: Severity | "mark";
  text: string;
  href?: string;
}

/** The alerts as they stand on charts; those of other metrics only on charts that want all. */
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
  /** It began before the plot. */
  cut: boolean;
}

const MOST = 40;

/** Where annotations lie on a plot; the newest ones where there are too many to tell apart. */
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

/** How far from the top of the plot a threshold lies, 0..1; null where it is outside. */
export function placeThreshold({ value }: Threshold, { min, max }: { min: number; max: number }): number | null {
  return value > max || value < min ? null : (max - value) / (max - min);
}
