import { isAbsolute } from "node:path";
import { Cron } from "croner";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import {
  escalationSchema,
  percentThresholdSchema,
  ruleSchema,
  severity,
  thresholdSchema,
  weeklySilenceSchema,
} from "~/domain/alert.schema";
import { LANGUAGES } from "~/domain/language";
import { duration, size } from "~/domain/quantity.schema";
import { PAPERS } from "~/domain/report";
import { timeZoneName } from "~/domain/time-range.schema";
import { oneOrSeveral, servicesShape } from "./services-schema";

const DAY = 86_400;

/** Keys of `thresholds`. Each sets other thresholds for the shipped rule of that name. */
export const THRESHOLD_NAMES = ["cpu", "memory", "swap", "disk", "inodes", "load", "network", "zombies"] as const;

/** In numbers; the others are in percent. */
const PLAIN_THRESHOLDS: ReadonlySet<string> = new Set(["load", "zombies"]);

/** `get_x` or `lambda: get_x()`. The second form is read as that name and never run. */
const functionName = z.string().transform((text, context) => {
  const name = /^(?:lambda\s*:\s*)?([A-Za-z_][\w.]*)(?:\(\s*\))?$/.exec(text.trim())?.[1];
  if (name !== undefined) return name;
  context.addIssue({ code: "custom", message: "expected the name of a function that a plugin registers" });
  return z.NEVER;
});

export const customSchema = z
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
        z.strictObject({
          url: z.url({ protocol: /^https?$/ }),
          /** Where in JSON the number is. */
          pointer: z.string().default(""),
          /** Which metrics of Prometheus text; all without any. */
          metrics: z.array(z.string().min(1).max(200)).max(100).default([]),
        }),
      ])
      .optional(),
    textfile: z.string().min(1).optional(),
    interval: duration.refine((seconds) => seconds >= 1, "expected at least 1 s").default(60),
    timeout: duration.refine((seconds) => seconds > 0 && seconds <= 60, "expected at most 60 s").default(5),
    /** A plain number without one; "1" is a share, which is shown in percent. */
    unit: z.string().max(20).default(""),
    type: z.enum(["gauge", "counter"]).default("gauge"),
    tags: z.record(z.string(), z.string()).default({}),
    thresholds: thresholdSchema.optional(),
    /** Which use of processes moves it: `process:NAME` is that of one program. Without it its alerts name nobody. */
    explain: z
      .string()
      .regex(/^(?:cpu|memory|io|process:.{1,64})$/, "expected cpu, memory, io or process:NAME")
      .optional(),
    /** Channels for the alerts of its thresholds; all if missing. */
    notify: z.array(z.string().min(1).max(100)).optional(),
  })
  .refine(
    (metric) =>
      [metric.function, metric.command, metric.http, metric.textfile].filter((source) => source !== undefined).length === 1,
    "give one of function, command, http and textfile",
  );

const secretFields = { password: z.string().optional(), password_file: z.string().optional() };

export const webhookSchema = z
  .strictObject({
    enabled: z.boolean().default(true),
    /** As rules, tests and the log call it. */
    name: z.string().min(1).max(100).optional(),
    url: z.url({ protocol: /^https?$/ }).optional(),
    url_file: z.string().optional(),
    format: z.enum(["generic", "slack", "discord", "ntfy"]).optional(),
    secret: z.string().optional(),
    /** Headers of one's own, such as Authorization. */
    headers: z.record(z.string().regex(/^[\w-]{1,100}$/, "expected the name of a header"), z.string().max(4000)).default({}),
    /** The body, with {{subject}}, {{text}}, {{host}}, {{severity}}, {{link}} and {{alerts}}; without it our own JSON. */
    template: z.string().max(10_000).optional(),
    /** Never connect to a private address. Set automatically for webhooks entered through the API. */
    public_only: z.boolean().default(false),
    severities: z.array(severity).default(["info", "warning", "critical"]),
  })
  .refine((hook) => !hook.enabled || (hook.url === undefined) !== (hook.url_file === undefined), "give one of url and url_file");

/** `root@localhost` is one too. */
const mailAddress = z
  .string()
  .max(254)
  .regex(/^[^\s@<>"(),:;[\]\\]+@[^\s@<>"(),:;\\]+$/, "expected an address such as root@localhost");

export const emailSchema = z.strictObject({
  enabled: z.boolean().default(true),
  smtp_server: z.string().default("localhost"),
  smtp_port: z.int().min(1).max(65_535).default(587),
  username: z.string().optional(),
  ...secretFields,
  /** `auto` encrypts where the server can, and always before a password is sent beyond this machine. */
  tls: z.enum(["auto", "required", "implicit", "none"]).default("auto"),
  /** Never connect to a private address. Set automatically for servers entered through the API. */
  public_only: z.boolean().default(false),
  from_address: mailAddress.optional(),
  to_addresses: z.array(mailAddress).min(1),
  severities: z.array(severity).default(["warning", "critical"]),
});

/** `proxy.example.org` or an address, as in a Host header, without a port. */
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

const heartbeatSchema = z
  .strictObject({
    enabled: z.boolean().default(true),
    url: webAddress.optional(),
    url_file: z.string().optional(),
    interval: duration.refine((seconds) => seconds >= 10 && seconds <= 86_400, "expected 10s to 1d").default(60),
    /** Never connect to a private address. Set automatically for what is entered through the API. */
    public_only: z.boolean().default(false),
  })
  .refine((one) => !one.enabled || (one.url === undefined) !== (one.url_file === undefined), "give one of url and url_file")
  .optional();

const commandSchema = z
  .strictObject({
    enabled: z.boolean().default(true),
    /** Program and arguments; no shell. */
    argv: z.array(z.string()).min(1),
    severities: z.array(severity).default(["warning", "critical"]),
  })
  .optional();

const CRON_NAMES: Record<string, string> = { hourly: "0 * * * *", daily: "0 7 * * *", weekly: "0 7 * * 1", monthly: "0 7 1 * *" };

const cron = z.string().transform((text, context) => {
  const pattern = CRON_NAMES[text.trim()] ?? text.trim();
  try {
    new Cron(pattern, { paused: true, mode: "5-part" });
    return pattern;
  } catch {
    context.addIssue({ code: "custom", message: 'expected daily, weekly, monthly or five cron fields such as "0 7 * * 1"' });
    return z.NEVER;
  }
});

const reportSchema = z
  .strictObject({
    name: z.string().regex(/^[\w .-]{1,60}$/, "expected letters, digits, blanks and . -"),
    cron,
    time_zone: timeZoneName.optional(),
    format: z.enum(["pdf", "html", "csv", "json"]).default("pdf"),
    hours: z.number().positive().max(17_544).default(168),
    to: z.union([mailAddress.transform((address) => [address]), z.array(mailAddress).min(1)]).optional(),
    folder: z
      .string()
      .refine((path) => isAbsolute(path), "expected a whole path, beginning with /")
      .optional(),
  })
  .refine(({ to, folder }) => to === undefined || folder === undefined, "give one of to and folder");

export const configSchema = z.strictObject({
  server: z
    .strictObject({
      host: z.string().min(1).optional(),
      port: z.int().min(0).max(65_535).default(5000),
      public_url: webAddress.optional(),
      allowed_hosts: z.array(hostText).max(100).default([]),
      trusted_proxies: z.array(addressRange).max(100).default([]),
      links: z
        .array(z.strictObject({ name: z.string().min(1).max(100), url: z.url({ protocol: /^https?$/ }) }))
        .max(100)
        .default([]),
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
      /** Series at once. Above it, new values of the label that has the most are not taken, and health names it. */
      max_series: z.int().min(500).max(1_000_000).default(10_000),
    })
    .prefault({}),
  containers: z
    .strictObject({
      /** Where Docker or Podman answers: `auto` tries their usual sockets, `off` asks nobody. */
      socket: z
        .union([z.enum(["auto", "off"]), z.string().refine(isAbsolute, "expected auto, off or an absolute path")])
        .default("auto"),
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
      reports: duration.default(90 * DAY),
      max_size: size.refine((bytes) => bytes >= 2 ** 24, "expected at least 16MiB").default(2 ** 30),
    })
    .prefault({}),
  thresholds: z
    .strictObject(
      Object.fromEntries(
        THRESHOLD_NAMES.map((name) => [name, (PLAIN_THRESHOLDS.has(name) ? thresholdSchema : percentThresholdSchema).optional()]),
      ) as Record<(typeof THRESHOLD_NAMES)[number], z.ZodOptional<typeof thresholdSchema>>,
    )
    .prefault({}),
  alerts: z
    .strictObject({
      rules: z
        .array(ruleSchema)
        .max(1000)
        .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, "two rules have the same name")
        .default([]),
      /** Names of rules that are switched off. */
      disabled: z.array(z.string()).default([]),
      silences: z.array(weeklySilenceSchema).max(100).default([]),
      /** Alerts that have these in common are told together: rule, severity, metric or labels; "..." is each by itself. */
      group_by: z.array(z.string().min(1).max(100)).max(20).default(["rule", "severity"]),
      group_wait: duration.default(30),
      group_interval: duration.default(300),
      repeat_interval: duration.default(4 * 3600),
      /** Channels named here are told of nothing else, unless a rule names them in `channels`. */
      escalate: escalationSchema.default([]),
    })
    .prefault({}),
  custom_metrics: z
    .record(z.string().regex(/^[a-zA-Z_][\w.:]{0,99}$/, "expected letters, digits and . _ :"), customSchema)
    .default({}),
  notifications: z
    .strictObject({
      email: emailSchema.optional(),
      webhook: oneOrSeveral(webhookSchema),
      log: z.strictObject({ enabled: z.boolean().default(true) }).prefault({}),
      command: commandSchema,
      /** Asked while samples arrive and messages leave, so that somebody outside notices when they do not. */
      heartbeat: heartbeatSchema,
      ...servicesShape,
    })
    .prefault({}),
  security: z
    .strictObject({
      auth: z.enum(["auto", "required"]).default("auto"),
      rate_limit: z.boolean().default(true),
      cors_origins: z.array(origin).max(100).default([]),
      /** Administrators may set webhooks and mail servers on private networks from other machines too. */
      private_webhooks: z.boolean().default(false),
      /** Viewers see whole command lines; without it, program and script. */
      viewers_see_arguments: z.boolean().default(false),
      /** Further names of options and variables whose values are secrets. */
      redact_arguments: z
        .array(z.string().regex(/^[\w.-]{2,50}$/, "expected a name such as pin"))
        .max(100)
        .default([]),
    })
    .prefault({}),
  reports: z
    .strictObject({
      /** Of PDF reports. */
      paper: z.enum(PAPERS).default("a4"),
      schedules: z
        .array(reportSchema)
        .max(100)
        .default([])
        .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, "two schedules have the same name"),
    })
    .prefault({}),
  ui: z
    .strictObject({
      /** `auto` takes the browser's language. `en-XA` is for tests: English, accented and longer. */
      language: z.enum(["auto", ...LANGUAGES]).default("auto"),
    })
    .prefault({}),
  logging: z.strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") }).prefault({}),
});

export type CustomMetricConfig = z.output<typeof customSchema>;
export type Config = z.output<typeof configSchema>;
