/**
 * The configuration file. Each key has its meaning here, in English, which `describe.ts` hands on to the API, and scripts/docs.ts writes
 * into docs/configuration.md and the texts of Settings. Keys with a title have a field on the Settings page.
 */
import { isAbsolute } from "node:path";
import { z } from "zod";
import {
  escalationSchema,
  percentThresholdSchema,
  ruleSchema,
  thresholdSchema,
  weeklySilenceSchema,
} from "~/domain/alert.schema";
import { LANGUAGES } from "~/domain/language";
import { duration, size } from "~/domain/quantity.schema";
import { addressRange, hostText, origin, webAddress } from "./addresses";
import { customMetricsSchema } from "./custom-metrics-schema";
import { notificationsSchema } from "./notifications-schema";
import { fleetSchema, remoteWriteSchema } from "./remote-schema";
import { reportsSchema } from "./reports-schema";

const DAY = 86_400;

/** Keys of `thresholds`. Each sets other thresholds for the shipped rule of that name. */
export const THRESHOLD_NAMES = ["cpu", "memory", "swap", "disk", "inodes", "load", "network", "zombies"] as const;

type ThresholdName = (typeof THRESHOLD_NAMES)[number];

/** What the thresholds of each are in. */
const THRESHOLD_UNITS: Readonly<Record<ThresholdName, string>> = {
  cpu: "in percent",
  memory: "in percent",
  swap: "in percent",
  disk: "in percent",
  inodes: "in percent",
  load: "per CPU",
  network: "in percent of the link's speed, or a rate such as 50MB",
  zombies: "a number of processes",
};

/** In numbers; the others are in percent. */
const PLAIN_THRESHOLDS: ReadonlySet<string> = new Set(["load", "zombies"]);

function thresholdsOf(name: ThresholdName) {
  return (PLAIN_THRESHOLDS.has(name) ? thresholdSchema : percentThresholdSchema)
    .optional()
    .describe(`Thresholds of the built-in rule ${name}, ${THRESHOLD_UNITS[name]}.`);
}

const serverSchema = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .optional()
      .meta({
        title: "Listen address",
        description: "Address that the server listens on. If empty: 127.0.0.1 and ::1, reachable only from this machine.",
        examples: ["0.0.0.0"],
      }),
    port: z.int().min(0).max(65_535).default(5000).meta({
      title: "Port",
      description: "TCP port of the pages and the API. 0 picks a free one.",
    }),
    public_url: webAddress.optional().meta({
      title: "Public URL",
      description: "URL of Hostscope behind a reverse proxy. Links in notifications start with it.",
      examples: ["https://monitor.example.org"],
    }),
    allowed_hosts: z
      .array(hostText)
      .max(100)
      .default([])
      .meta({
        title: "Allowed host names",
        description: "Additional host names that requests may use. The machine's addresses and its host name are always allowed.",
        examples: [["monitor.lan"]],
      }),
    trusted_proxies: z
      .array(addressRange)
      .max(100)
      .default([])
      .meta({
        title: "Trusted proxies",
        description: "Addresses or ranges of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted.",
        examples: [["10.0.0.0/8"]],
      }),
    links: z
      .array(
        z.strictObject({
          name: z
            .string()
            .min(1)
            .max(100)
            .meta({ description: "Name in the menu.", examples: ["web-02"] }),
          url: webAddress.meta({ description: "URL of its pages.", examples: ["http://web-02:5000"] }),
        }),
      )
      .max(100)
      .default([])
      .meta({ title: "Other machines", description: "Hostscope on other machines, for the menu next to the host name." }),
  })
  .prefault({});

const monitoringSchema = z
  .strictObject({
    interval: duration
      .refine((seconds) => seconds >= 1 && seconds <= 3600 && Number.isInteger(seconds), "expected whole seconds from 1 to 3600")
      .default(1)
      .meta({ title: "Sampling interval", description: "Time between two samples: whole seconds, from 1 second to 1 hour." }),
    history_size: z.int().min(60).max(86_400).default(3600).meta({
      title: "Samples in memory",
      description: "Samples kept in memory for live charts. Fewer on a machine with more than 1,000 series.",
    }),
    max_series: z.int().min(500).max(1_000_000).default(10_000).meta({
      title: "Series limit",
      description:
        "Maximum number of series at once. Per hour, up to five times as many new ones may appear. Above either limit, new values of the label with the most values are dropped; Settings > About > Checks names that label.",
    }),
  })
  .prefault({});

const retentionSchema = z
  .strictObject({
    raw: duration.default(7 * DAY).meta({ title: "Samples", description: "How long samples are kept at full resolution." }),
    processes: duration
      .default(7 * DAY)
      .meta({ title: "Processes", description: "How long the process table of each sample is kept." }),
    minute: duration.default(90 * DAY).meta({
      title: "Minutes",
      description: "How long the minimum, mean and maximum of each minute are kept: at least as long as samples.",
    }),
    hour: duration.default(730 * DAY).meta({
      title: "Hours",
      description: "How long the minimum, mean and maximum of each hour are kept: at least as long as those of minutes.",
    }),
    tables: duration.default(30 * DAY).meta({
      title: "SQL tables",
      description: "How long rows of system_metrics, process_metrics and custom_metrics are kept.",
    }),
    alerts: duration
      .default(365 * DAY)
      .meta({ title: "Alerts", description: "How long resolved alerts and their notifications are kept." }),
    reports: duration.default(90 * DAY).meta({ title: "Reports", description: "How long saved reports are kept." }),
    max_size: size
      .refine((bytes) => bytes >= 2 ** 24, "expected at least 16MiB")
      .default(2 ** 30)
      .meta({
        title: "Maximum size",
        description: "Size limit of the database. Above it, the oldest raw data is deleted first.",
      }),
  })
  .prefault({});

const alertsSchema = z
  .strictObject({
    rules: z
      .array(ruleSchema)
      .max(1000)
      .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, "two rules have the same name")
      .default([])
      .meta({ title: "Custom rules", description: "Your own alert rules, in addition to the built-in ones." }),
    disabled: z
      .array(z.string())
      .default([])
      .meta({ title: "Disabled rules", description: "Names of built-in rules that are turned off.", examples: [["iowait"]] }),
    silences: z
      .array(weeklySilenceSchema)
      .max(100)
      .default([])
      .meta({ title: "Weekly silences", description: "Weekly time windows in which no notifications are sent." }),
    group_by: z
      .array(z.string().min(1).max(100))
      .max(20)
      .default(["rule", "severity"])
      .meta({
        title: "Group by",
        description:
          "Rule, severity, metric or label names. Alerts that have all of them in common are sent in one notification. `...` alone sends each alert separately.",
        examples: [["rule", "severity"]],
      }),
    group_wait: duration.default(30).meta({
      title: "Group wait",
      description: "How long the first notification of a group waits for more alerts. A new critical alert waits just as long.",
    }),
    group_interval: duration.default(300).meta({
      title: "Group interval",
      description:
        "Minimum time between two notifications of a group. Only a new critical alert is sent earlier, after the group wait.",
    }),
    repeat_interval: duration.default(4 * 3600).meta({
      title: "Repeat interval",
      description: "How often an alert that is still firing and not acknowledged is sent again.",
    }),
    escalate: escalationSchema.default([]).meta({
      title: "Escalation",
      description:
        "Channels that are notified when nobody has acknowledged an alert for a while. They get no other notifications, except those of rules that list them under `channels`.",
      examples: [[{ after: "15m", channels: ["pagerduty"] }]],
    }),
  })
  .prefault({});

const securitySchema = z
  .strictObject({
    auth: z.enum(["auto", "required"]).default("auto").meta({
      title: "Login",
      description:
        "auto: requests from this machine need no login, all others do. required: all do. public_url, allowed_hosts or trusted_proxies make it required.",
    }),
    rate_limit: z
      .boolean()
      .default(true)
      .meta({ title: "Rate limit", description: "Limit how many requests a client may make per minute." }),
    cors_origins: z
      .array(origin)
      .max(100)
      .default([])
      .meta({
        title: "CORS origins",
        description: "Origins whose pages may use the API with their visitor's login.",
        examples: [["https://dash.example.org"]],
      }),
    private_webhooks: z.boolean().default(false).meta({
      title: "Private targets",
      description:
        "Admins on other machines may add webhooks and mail servers on private networks. Admins on this machine always may.",
    }),
    viewers_see_arguments: z.boolean().default(false).meta({
      title: "Arguments for viewers",
      description: "Viewers see whole command lines, not just program and script.",
    }),
    redact_arguments: z
      .array(z.string().regex(/^[\w.-]{2,50}$/, "expected a name such as pin"))
      .max(100)
      .default([])
      .meta({
        title: "Redacted arguments",
        description: "Additional names of options and variables whose values are hidden in command lines.",
        examples: [["pin"]],
      }),
  })
  .prefault({});

export const configSchema = z.strictObject({
  server: serverSchema,
  monitoring: monitoringSchema,
  containers: z
    .strictObject({
      socket: z
        .union([z.enum(["auto", "off"]), z.string().refine(isAbsolute, "expected auto, off or an absolute path")])
        .default("auto")
        .meta({
          title: "Container socket",
          description: "Docker or Podman socket, for the names of containers. auto: the usual paths. off: none.",
          examples: ["/run/docker.sock"],
        }),
    })
    .prefault({}),
  retention: retentionSchema,
  thresholds: z
    .strictObject(
      Object.fromEntries(THRESHOLD_NAMES.map((name) => [name, thresholdsOf(name)])) as Record<
        ThresholdName,
        z.ZodOptional<typeof thresholdSchema>
      >,
    )
    .prefault({}),
  alerts: alertsSchema,
  custom_metrics: customMetricsSchema,
  notifications: notificationsSchema,
  remote_write: remoteWriteSchema,
  fleet: fleetSchema,
  security: securitySchema,
  reports: reportsSchema,
  ui: z
    .strictObject({
      language: z
        .enum(["auto", ...LANGUAGES])
        .default("auto")
        .meta({
          title: "Language",
          description: "Language of the pages. auto: the browser's.",
        }),
    })
    .prefault({}),
  logging: z
    .strictObject({
      level: z.enum(["debug", "info", "warn", "error"]).default("info").meta({
        title: "Log level",
        description: "Minimum level of lines in logs/monitor.log.",
      }),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;
