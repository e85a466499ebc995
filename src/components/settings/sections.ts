/** The sections of Settings, by task, and the settings that each has fields for. */
import type { SettingHelp } from "~/components/words/setting-help";

export type SettingPath = keyof SettingHelp;

interface SectionPlan {
  /** `/settings#retention` leads to it. */
  id: SectionId;
  /** In order. Settings that a form of their own changes, such as rules, are in their section but have no field. */
  fields: readonly SettingPath[];
}

export type SectionId =
  | "display"
  | "notifications"
  | "rules"
  | "retention"
  | "reports"
  | "monitoring"
  | "network"
  | "access"
  | "file"
  | "about";

export const SECTIONS: readonly SectionPlan[] = [
  {
    id: "notifications",
    fields: [
      "alerts.repeat_interval",
      "alerts.group_by",
      "alerts.group_wait",
      "alerts.group_interval",
      "alerts.escalate",
      "notifications.heartbeat.url",
      "notifications.heartbeat.interval",
      "notifications.heartbeat.enabled",
      "notifications.log.enabled",
      "notifications.command.argv",
    ],
  },
  { id: "rules", fields: ["alerts.rules", "alerts.disabled", "alerts.silences"] },
  {
    id: "retention",
    fields: [
      "retention.max_size",
      "retention.raw",
      "retention.processes",
      "retention.minute",
      "retention.hour",
      "retention.tables",
      "retention.alerts",
      "retention.reports",
    ],
  },
  {
    id: "access",
    fields: ["security.auth", "security.viewers_see_arguments", "security.redact_arguments", "security.private_webhooks"],
  },
  {
    id: "network",
    fields: [
      "server.host",
      "server.port",
      "server.public_url",
      "server.allowed_hosts",
      "server.trusted_proxies",
      "security.cors_origins",
      "security.rate_limit",
      "server.links",
    ],
  },
  { id: "reports", fields: ["reports.paper", "reports.schedules"] },
  {
    id: "monitoring",
    fields: [
      "monitoring.interval",
      "monitoring.history_size",
      "monitoring.max_series",
      "containers.socket",
      "logging.level",
      "custom_metrics",
    ],
  },
  { id: "display", fields: ["ui.language"] },
  { id: "file", fields: [] },
  { id: "about", fields: [] },
];

/** Where a section begins, in pixels from the top of the window. */
interface SectionTop {
  id: SectionId;
  top: number;
}

/**
 * The section in view: the one that began last above a line below the frame. At the end of the page, where the last ones cannot get up
 * to the line, the one that was asked for, or the last.
 */
export function sectionInView(
  tops: readonly SectionTop[],
  { line, isAtEnd, asked }: { line: number; isAtEnd: boolean; asked: string },
): SectionId | null {
  if (isAtEnd) return (tops.find(({ id, top }) => id === asked && top >= 0) ?? tops.at(-1))?.id ?? null;
  const above = tops.filter(({ top }) => top <= line);
  return (above.length === 0 ? tops[0] : above.reduce((a, b) => (b.top > a.top ? b : a)))?.id ?? null;
}

/** Settings whose sections show them in another way than as a field. */
export const WITHOUT_FIELD: ReadonlySet<SettingPath> = new Set<SettingPath>([
  "alerts.rules",
  "alerts.disabled",
  "alerts.silences",
  "reports.schedules",
  "custom_metrics",
]);

/** They say nothing until there is a heartbeat. */
export const OF_HEARTBEAT: ReadonlySet<SettingPath> = new Set<SettingPath>([
  "notifications.heartbeat.interval",
  "notifications.heartbeat.enabled",
]);
