/** The key of a group of alerts on a channel. */
import type { Alert } from "~/domain/alert";
import { seriesKey } from "~/domain/sample";

/** In `group_by`: each alert by itself. */
const BY_ALERT = "...";

type Grouped = Pick<Alert, "rule" | "severity" | "metric" | "labels">;

/** `rule`, `severity` and `metric` are the alert's own, other names those of labels. */
export function groupKey(channel: string, alert: Grouped, groupBy: readonly string[]): string {
  const shared = (name: string) => {
    if (name === BY_ALERT) return `${alert.rule} ${alert.severity} ${seriesKey(alert)}`;
    if (name === "rule" || name === "severity" || name === "metric") return alert[name];
    return alert.labels[name] ?? "";
  };
  return JSON.stringify([channel, ...groupBy.map(shared)]);
}

/** Version 0.1.0 had one group a channel: its key was the channel's name. */
export function channelOf(key: string): string {
  return key.startsWith("[") ? (JSON.parse(key) as [string])[0] : key;
}
