/** The time of the statistics in equal slots: the worst alert in each, and whether anything was measured. Pure. */
import { rank, type Severity } from "~/domain/alert";
import { dayStart } from "~/domain/wall-clock";
import type { ListedAlert } from "./alert-item";

const SLOTS = 56;

export interface Slot {
  /** Epoch milliseconds. */
  start: number;
  status: Severity | "ok" | "unknown";
  count: number;
}

type Shown = Pick<ListedAlert, "startedAt" | "resolvedAt" | "severity">;

/** Oldest first. `measured` are the moments of readings, in epoch milliseconds. */
export function statusSlots(
  alerts: readonly Shown[],
  measured: readonly number[],
  { hours, now }: { hours: number; now: number },
): Slot[] {
  const from = now - hours * 3_600_000;
  const width = (hours * 3_600_000) / SLOTS;
  const isMeasured = new Set(measured.map((at) => Math.floor((at - from) / width)));
  return Array.from({ length: SLOTS }, (_, index) => {
    const [start, end] = [from + index * width, from + (index + 1) * width];
    const within = alerts.filter(
      ({ startedAt, resolvedAt }) => Date.parse(startedAt) < end && (resolvedAt === null ? now : Date.parse(resolvedAt)) >= start,
    );
    const worst = within.reduce<Severity | null>((most, { severity }) => (rank(severity) > rank(most) ? severity : most), null);
    return { start, count: within.length, status: worst ?? (isMeasured.has(index) ? "ok" : "unknown") };
  });
}

/** The days that begin within the hours before `to`, each with its place in that time, 0..1. */
export function daysWithin({
  hours,
  to,
  timeZone,
}: {
  hours: number;
  to: number;
  timeZone: string;
}): { at: number; place: number }[] {
  const length = hours * 3_600_000;
  const days: { at: number; place: number }[] = [];
  for (let day = 1, at = dayStart(to - length, timeZone, day); at < to; at = dayStart(to - length, timeZone, ++day))
    days.push({ at, place: (at - (to - length)) / length });
  return days;
}

/** What is said of the alerts of a period beside those of the one before it; null when that was not measured. */
export function changeText(total: number, previous: number | null, words: { same: string; none: string }): string {
  if (previous === null) return words.none;
  const change = total - previous;
  return change === 0 ? words.same : `${change > 0 ? "+" : "−"}${Math.abs(change)}`;
}

/** The moments at which a series has a reading. */
export function measuredMoments(timestamps: readonly number[], values: readonly (number | null)[]): number[] {
  return timestamps.filter((_, index) => values[index] !== null && values[index] !== undefined);
}
