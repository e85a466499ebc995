/** The time of the statistics in equal slots: the worst alert in each, and whether anything was measured. Pure. */
import { rank, type Severity } from "~/domain/alert";
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

/** The moments at which a series has a reading. */
export function measuredMoments(timestamps: readonly number[], values: readonly (number | null)[]): number[] {
  return timestamps.filter((_, index) => values[index] !== null && values[index] !== undefined);
}
