import ipaddr from "ipaddr.js";
import { z } from "zod";

/** `30s`, `5m`, `4h`, `7d` or a bare number of seconds. */
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w|y)?$/;
const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 } as const;

function parseDuration(text: string | number): number | null {
  if (typeof text === "number") return Number.isFinite(text) && text >= 0 ? text : null;
  const [, amount, unit] = DURATION.exec(text.trim()) ?? [];
  return amount === undefined ? null : Number(amount) * SECONDS[(unit ?? "s") as keyof typeof SECONDS];
}

/** A duration in seconds. */
const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const seconds = parseDuration(value);
  if (seconds !== null) return seconds;
  context.addIssue({ code: "custom", message: "expected a duration such as 30s, 5m, 4h or 7d" });
  return z.NEVER;
});

const SIZE = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/i;
const SIZE_UNITS: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** A size in bytes: `50MB`, `1GiB` or a number. */
const size = z.union([z.string(), z.number()]).transform((value, context) => {
  const [, amount, unit = "b"] = SIZE.exec(String(value).trim()) ?? [];
  if (amount !== undefined) return Number(amount) * (SIZE_UNITS[unit.toLowerCase()] ?? 1);
  context.addIssue({ code: "custom", message: "expected a size such as 50MB or 1GiB" });
  return z.NEVER;
});

const DAY = 86_400;

/** `50MB`, `90%` or a number. */
const amount = z.union([z.string(), z.number()]).transform((value, context) => {
  if (typeof value === "number") return value;
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(value.trim());
  if (percent) return Number(percent[1]) / 100;
  const [, digits, unit = "b"] = SIZE.exec(value.trim()) ?? [];
  if (digits !== undefined) return Number(digits) * (SIZE_UNITS[unit.toLowerCase()] ?? 1);
  context.addIssue({ code: "custom", message: "expected a number, a share such as 90% or a size such as 50MB" });
  return z.NEVER;
});

const severity = z.enum(["info", "warning", "critical"]);

/** Names that `thresholds` knows; each is shorthand for a shipped rule with other numbers. */
export const THRESHOLD_NAMES = ["cpu", "memory", "swap", "disk", "inodes", "load", "network", "zombies"] as const;

const thresholdSchema = z.strictObject({
  info: amount.optional(),
  warning: amount.optional(),
  critical: amount.optional(),
  clear: amount.optional(),
  for: duration.optional(),
});

const ruleSchema = z
  .strictObject({
    name: z.string().regex(/^[\w .:/-]{1,100}$/, "expected letters, digits, blanks and . : / -"),
    metric: z.string().min(1),
    match: z.record(z.string(), z.string()).default({}),
    aggregate: z.enum(["avg", "min", "max", "last"]).default("avg"),
    window: duration.default(60),
    op: z.enum(["above", "below"]).default("above"),
    info: amount.optional(),
    warning: amount.optional(),
    critical: amount.optional(),
    clear: amount.optional(),
    for: duration.default(0),
    keep_firing_for: duration.default(0),
    no_data: z.enum(["keep", "ok", "alert"]).default("ok"),
    description: z.string().max(500).default(""),
    remedy: z.string().max(500).default(""),
  })
  .refine(
    (rule) => rule.info !== undefined || rule.warning !== undefined || rule.critical !== undefined,
    "give at least one of info, warning and critical",
  );

/** `get_x`, or the document's `lambda: get_x()`, which is read as that name and never run. */
const functionName = z.string().transform((text, context) => {
  const name = /^(?:lambda\s*:\s*)?([A-Za-z_][\w.]*)(?:\(\s*\))?$/.exec(text.trim())?.[1];
  if (name !== undefined) return name;
  context.addIssue({ code: "custom", message: "expected the name of a function that a plugin registers" });
  return z.NEVER;
});

const customSchema = z
  .strictObject({
    function: functionName.optional(),
    command: z
      .union(
        [
          z.array(z.string()).min(1),
          z.strictObject({
            argv: z.array(z.string()).min(1),
            output: z.enum(["number", "json", "prometheus", "nagios"]).default("number"),
            pointer: z.string().default(""),
          }),
        ],
        {
          error: "expected a list of the program and its arguments; there is no shell",
        },
      )
      .optional(),
    http: z
      .union([
        z.url({ protocol: /^https?$/ }),
        z.strictObject({ url: z.url({ protocol: /^https?$/ }), pointer: z.string().default("") }),
      ])
      .optional(),
    textfile: z.string().min(1).optional(),
    interval: duration.refine((seconds) => seconds >= 1, "expected at least 1 s").default(60),
    timeout: duration.refine((seconds) => seconds > 0 && seconds <= 60, "expected at most 60 s").default(5),
    unit: z.string().max(20).default("1"),
    type: z.enum(["gauge", "counter"]).default("gauge"),
    tags: z.record(z.string(), z.string()).default({}),
    thresholds: thresholdSchema.optional(),
  })
  .refine(
    (metric) =>
      [metric.function, metric.command, metric.http, metric.textfile].filter((source) => source !== undefined).length === 1,
    "give one of function, command, http and textfile",
  );

const secretFields = { password: z.string().optional(), password_file: z.string().optional() };

const webhookSchema = z
  .strictObject({
    enabled: z.boolean().default(true),
    url: z.url({ protocol: /^https?$/ }).optional(),
    url_file: z.string().optional(),
    format: z.enum(["generic", "slack", "discord", "ntfy"]).optional(),
    secret: z.string().optional(),
    severities: z.array(severity).default(["info", "warning", "critical"]),
  })
  .refine((hook) => !hook.enabled || (hook.url === undefined) !== (hook.url_file === undefined), "give one of url and url_file");

const emailSchema = z
  .strictObject({
    enabled: z.boolean().default(true),
    smtp_server: z.string().default("localhost"),
    smtp_port: z.int().min(1).max(65_535).default(587),
    username: z.string().optional(),
    ...secretFields,
    tls: z.enum(["auto", "required", "implicit", "none"]).default("auto"),
    from_address: z.email().optional(),
    to_addresses: z.array(z.email()).min(1),
    severities: z.array(severity).default(["warning", "critical"]),
  })
  .optional();

/** `proxy.example.org` or an address, as it stands in a Host header, without a port. */
const hostText = z.string().regex(/^(?:[A-Za-z0-9._-]+|[0-9a-fA-F:.]+)$/, "expected a host name or an address, without a port");

const addressRange = z
  .string()
  .refine((text) => ipaddr.isValidCIDR(text) || ipaddr.isValid(text), "expected an address or a range such as 10.0.0.0/8");

/** `https://dash.example.org`: what a browser sends as Origin. */
const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text && text !== "null",
    "expected an origin such as https://dash.example.org, without a path",
  );

const webAddress = z.url({ protocol: /^https?$/ });

export const configSchema = z.strictObject({
  server: z
    .strictObject({
      host: z.string().min(1).optional(),
      port: z.int().min(0).max(65_535).default(5000),
      public_url: webAddress.optional(),
      allowed_hosts: z.array(hostText).max(100).default([]),
      trusted_proxies: z.array(addressRange).max(100).default([]),
    })
    .prefault({}),
  monitoring: z
    .strictObject({
      interval: duration
        .refine(
          (seconds) => seconds >= 1 && seconds <= 3600 && Number.isInteger(seconds),
          "expected whole seconds from 1 to 3600",
        )
        .default(1),
      history_size: z.int().min(60).max(86_400).default(3600),
    })
    .prefault({}),
  retention: z
    .strictObject({
      raw: duration.default(7 * DAY),
      processes: duration.default(7 * DAY),
      minute: duration.default(90 * DAY),
      hour: duration.default(730 * DAY),
      tables: duration.default(30 * DAY),
      alerts: duration.default(365 * DAY),
      max_size: size.refine((bytes) => bytes >= 2 ** 24, "expected at least 16MiB").default(2 ** 30),
    })
    .prefault({}),
  thresholds: z
    .strictObject(
      Object.fromEntries(THRESHOLD_NAMES.map((name) => [name, thresholdSchema.optional()])) as Record<
        (typeof THRESHOLD_NAMES)[number],
        z.ZodOptional<typeof thresholdSchema>
      >,
    )
    .prefault({}),
  alerts: z
    .strictObject({
      rules: z.array(ruleSchema).max(1000).default([]),
      group_wait: duration.default(30),
      group_interval: duration.default(300),
      repeat_interval: duration.default(4 * 3600),
    })
    .prefault({}),
  custom_metrics: z
    .record(z.string().regex(/^[a-zA-Z_][\w.:]{0,99}$/, "expected letters, digits and . _ :"), customSchema)
    .default({}),
  notifications: z
    .strictObject({
      email: emailSchema,
      webhook: z.union([webhookSchema.transform((hook) => [hook]), z.array(webhookSchema)]).default([]),
      log: z.strictObject({ enabled: z.boolean().default(true) }).prefault({}),
    })
    .prefault({}),
  security: z
    .strictObject({
      auth: z.enum(["auto", "required"]).default("auto"),
      rate_limit: z.boolean().default(true),
      cors_origins: z.array(origin).max(100).default([]),
    })
    .prefault({}),
  logging: z.strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") }).prefault({}),
});

export type RuleConfig = z.output<typeof ruleSchema>;
export type ThresholdConfig = z.output<typeof thresholdSchema>;
export type CustomMetricConfig = z.output<typeof customSchema>;
export type Config = z.output<typeof configSchema>;
