/** The filesystems of Overview, now or at the end of a range. Pure. */

import type { Severity } from "~/domain/alert";
import type { HistorySeries } from "~/domain/history";
import { bySeverity } from "~/domain/judgement";
import type { Labels } from "~/domain/sample";
import { seriesKey } from "~/domain/sample";
import type { ListedAlert } from "./finding";

export interface FilesystemRow {
  mountpoint: string;
  utilization: number;
  freeBytes: number | null;
  readOnly: boolean;
  severity: "ok" | Severity;
  /** Null when that is not foretold. */
  fullInSeconds: number | null;
}

export interface FilesystemReading {
  labels: Labels;
  utilization: number | null;
  freeBytes: number | null;
}

const USED = "system.filesystem.utilization";
const BYTES = "system.filesystem.usage";
const MOUNTPOINT = "system.filesystem.mountpoint";

/** The labels of the free bytes of the same filesystem. */
export function freeLabels(labels: Labels): Labels {
  return { ...labels, "system.filesystem.state": "free" };
}

const lastOf = ({ values }: HistorySeries) => values.findLast((value) => value !== null) ?? null;

/** What the history has last of each filesystem that was there at its end. */
export function readingsAtEnd(series: readonly HistorySeries[]): FilesystemReading[] {
  const free = new Map(series.filter(({ metric }) => metric === BYTES).map((one) => [seriesKey(one), lastOf(one)]));
  return series
    .filter(({ metric }) => metric === USED)
    .map((one) => ({
      labels: one.labels,
      utilization: one.values.at(-1) ?? one.values.at(-2) ?? null,
      freeBytes: free.get(seriesKey({ metric: BYTES, labels: freeLabels(one.labels) })) ?? null,
    }));
}

interface Known {
  alerts: readonly ListedAlert[];
  /** Epoch milliseconds by mount point. */
  fullAt: ReadonlyMap<string, number>;
  now: number;
}

/** The fullest first; what has no reading is not mounted any more. */
export function filesystemRows(readings: readonly FilesystemReading[], { alerts, fullAt, now }: Known): FilesystemRow[] {
  const judged = bySeverity(alerts.filter(({ metric }) => metric.startsWith("system.filesystem.")));
  return readings
    .flatMap(({ labels, utilization, freeBytes }) => {
      if (utilization === null) return [];
      const mountpoint = labels[MOUNTPOINT] ?? "";
      const full = fullAt.get(mountpoint);
      return [
        {
          mountpoint,
          utilization,
          freeBytes,
          readOnly: labels["system.filesystem.mode"] === "ro",
          severity: judged.find((alert) => alert.labels[MOUNTPOINT] === mountpoint)?.severity ?? ("ok" as const),
          fullInSeconds: full === undefined ? null : Math.max(0, full - now) / 1000,
        },
      ];
    })
    .sort((a, b) => b.utilization - a.utilization);
}
