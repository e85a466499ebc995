/** `notifications`: where messages about alerts go. */
import { z } from "zod";
import { severity } from "~/domain/alert.schema";
import { duration } from "~/domain/quantity.schema";
import { mailAddress, webAddress } from "./addresses";
import { oneOrSeveral, servicesShape } from "./services-schema";

const enabled = z.boolean().default(true).describe("false: turned off.");
const publicOnly = z
  .boolean()
  .default(false)
  .describe("Never connect to a private address. Set by the server for addresses entered from another machine.");

export const webhookSchema = z
  .strictObject({
    enabled,
    name: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: "Name in rules, tests and the log. Default: webhook.", examples: ["ops"] }),
    url: webAddress
      .optional()
      .meta({ description: "URL that notifications are posted to.", examples: ["https://hooks.example.org/alerts"] }),
    url_file: z
      .string()
      .optional()
      .meta({ description: "File that contains the URL.", examples: ["/run/secrets/webhook"] }),
    format: z
      .enum(["generic", "slack", "discord", "ntfy"])
      .optional()
      .describe("Format of the notification. Default: by the host name of the URL, else JSON (generic)."),
    secret: z.string().optional().describe("Key of the HMAC-SHA256 signature of each notification."),
    headers: z
      .record(z.string().regex(/^[\w-]{1,100}$/, "expected the name of a header"), z.string().max(4000))
      .default({})
      .meta({ description: "Additional headers.", examples: [{ Authorization: "Bearer ..." }] }),
    template: z
      .string()
      .max(10_000)
      .optional()
      .meta({
        description:
          "Body of the notification, with {{subject}}, {{text}}, {{host}}, {{severity}}, {{link}} and {{alerts}}. Default: JSON.",
        examples: ['{"text": "{{text}}"}'],
      }),
    public_only: publicOnly,
    severities: z.array(severity).default(["info", "warning", "critical"]).describe("Severities that are sent."),
  })
  .refine((hook) => !hook.enabled || (hook.url === undefined) !== (hook.url_file === undefined), "give one of url and url_file");

export const emailSchema = z.strictObject({
  enabled,
  smtp_server: z
    .string()
    .default("localhost")
    .meta({ description: "Mail server.", examples: ["smtp.example.org"] }),
  smtp_port: z.int().min(1).max(65_535).default(587).describe("Port of the mail server."),
  username: z
    .string()
    .optional()
    .meta({ description: "User name on the mail server. If empty: no login.", examples: ["hostscope"] }),
  password: z.string().optional().describe("Password on the mail server."),
  password_file: z
    .string()
    .optional()
    .meta({ description: "File that contains the password.", examples: ["/run/secrets/smtp"] }),
  tls: z
    .enum(["auto", "required", "implicit", "none"])
    .default("auto")
    .describe(
      "auto: STARTTLS if the server offers it, and always before a password is sent to another machine. required: always STARTTLS. implicit: TLS from the first byte. none: never.",
    ),
  public_only: publicOnly,
  from_address: mailAddress
    .optional()
    .meta({ description: "Sender. Default: hostscope@ and the host name.", examples: ["hostscope@example.org"] }),
  to_addresses: z
    .array(mailAddress)
    .min(1)
    .meta({ description: "Recipients.", examples: [["admin@example.org"]] }),
  severities: z.array(severity).default(["warning", "critical"]).describe("Severities that are sent."),
});

const heartbeatSchema = z
  .strictObject({
    enabled: enabled.meta({ title: "Heartbeat", description: "Send heartbeats to the heartbeat URL." }),
    url: webAddress.optional().meta({
      title: "Heartbeat URL",
      description:
        "Called regularly as long as samples arrive and notifications can be delivered. A dead man's switch there notices when the calls stop.",
      examples: ["https://hc.example.org/ping/1234"],
    }),
    url_file: z
      .string()
      .optional()
      .meta({ description: "File that contains the URL.", examples: ["/run/secrets/heartbeat"] }),
    interval: duration
      .refine((seconds) => seconds >= 10 && seconds <= 86_400, "expected 10s to 1d")
      .default(60)
      .meta({ title: "Heartbeat interval", description: "Time between two heartbeats, from 10 seconds to 1 day." }),
    public_only: publicOnly,
  })
  .refine((one) => !one.enabled || (one.url === undefined) !== (one.url_file === undefined), "give one of url and url_file")
  .optional()
  .describe("Requests to a dead man's switch, which raises the alarm when this machine goes silent.");

const commandSchema = z
  .strictObject({
    enabled,
    argv: z
      .array(z.string())
      .min(1)
      .meta({
        title: "Program",
        description: "Program and its arguments. It gets each notification as JSON on standard input and runs without a shell.",
        examples: [["/usr/local/bin/page", "--team", "ops"]],
      }),
    severities: z.array(severity).default(["warning", "critical"]).describe("Severities that are sent."),
  })
  .optional()
  .describe("A program that gets each notification as JSON on its standard input.");

export const notificationsSchema = z
  .strictObject({
    email: emailSchema.optional().describe("Mail, for alerts and for scheduled reports."),
    webhook: oneOrSeveral(webhookSchema).describe("A URL that notifications are posted to; one block or a list."),
    log: z
      .strictObject({
        enabled: z.boolean().default(true).meta({
          title: "Alert log",
          description: "Write a line to logs/alerts.log for each alert that fires or resolves.",
        }),
      })
      .prefault({}),
    command: commandSchema,
    heartbeat: heartbeatSchema,
    ...servicesShape,
  })
  .prefault({});
