/** Response schemas of alerts.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import {
  contributor,
  counts,
  coverage,
  jsonValue,
  labels,
  number,
  numberOrNull,
  refusal,
  severity,
  time,
  timeOrNull,
} from "../response-fields";

export const alert = z
  .object({
    id: z.string(),
    rule: z.string(),
    metric: z.string(),
    labels,
    severity,
    state: z.enum(["firing", "resolved"]),
    value: numberOrNull,
    peak: numberOrNull.meta({ description: "the value furthest beyond the threshold" }),
    threshold: numberOrNull,
    unit: z.string(),
    forecastSeconds: numberOrNull.meta({ description: "how far ahead the value is predicted; null for a measured one" }),
    message: z.string(),
    cause: z.array(contributor).meta({ description: "what explains it; updated while it fires" }),
    coverage,
    refusal,
    summary: z.string().nullable().meta({ description: "what changed at the time, in one sentence" }),
    firstCause: z.array(contributor).meta({ description: "what explained it when it fired or last escalated" }),
    startedAt: time,
    resolvedAt: timeOrNull,
    acknowledgedAt: timeOrNull,
    acknowledgedBy: z.string().nullable(),
    acknowledgedUntil: timeOrNull.meta({
      description: "when the acknowledgement ends or ended; null for one without an end",
    }),
    note: z.string().nullable(),
  })
  .meta({ id: "Alert" });

const page = z
  .object({
    limit: number,
    next: z.string().nullable().meta({ description: "the cursor of the next page; null at the end" }),
  })
  .meta({ id: "Page" });

export const listedAlert = alert.extend({
  mutedBy: z.string().nullable().meta({ description: "the silence or alert that mutes it; null when it is not muted" }),
});

export const alerts = z.object({ alerts: z.array(listedAlert), page }).meta({ id: "Alerts" });

export const alertStatistics = z
  .object({
    from: time,
    to: time,
    total: number,
    previousTotal: numberOrNull.meta({
      description: "alerts of the previous range; null if less than 80% of it was measured",
    }),
    byRule: counts,
    bySeverity: counts,
    meanSecondsToAcknowledge: numberOrNull,
    meanSecondsToResolve: numberOrNull,
  })
  .meta({ id: "AlertStatistics" });

export const notifications = z
  .object({
    channels: z.array(z.string()),
    states: z.array(
      z.object({
        channel: z.string(),
        state: z.enum(["working", "failing", "never sent"]),
        failingSince: timeOrNull,
        outcome: z.string().nullable().meta({ description: "outcome of the last attempt; only for admins" }),
      }),
    ),
    notifications: z.array(
      z.object({
        id: z.string(),
        channel: z.string(),
        createdAt: time,
        attempts: number,
        state: z.enum(["sent", "failed", "waiting"]),
        answer: z.string().nullable().meta({ description: "the receiver's response; only for admins" }),
      }),
    ),
  })
  .meta({ id: "Notifications" });

const receiverField = z.object({
  key: z.string(),
  kind: z.enum(["text", "long", "secret", "number", "choice", "choices", "names", "pairs"]),
  required: z.boolean(),
  choices: z.array(z.string()),
  default: jsonValue.optional(),
});

export const receivers = z
  .object({
    etag: z.string().meta({ description: "of the configuration, for `If-Match` of a change" }),
    kinds: z.array(z.object({ kind: z.string(), title: z.string(), fields: z.array(receiverField) })),
    receivers: z.array(
      z.object({
        kind: z.string(),
        index: number.nullable().meta({ description: "index among receivers of its kind; null if there can be only one" }),
        name: z.string(),
        enabled: z.boolean(),
        values: z.record(z.string(), jsonValue),
      }),
    ),
  })
  .meta({ id: "Receivers" });

export const channelTest = z
  .object({
    ok: z.boolean(),
    answer: z.string().meta({ description: "the last status code or error code" }),
    hint: z.string().nullable().meta({ description: "what a known error means and what to do" }),
    steps: z.array(z.object({ kind: z.enum(["fired", "resolved"]), ok: z.boolean(), answer: z.string() })),
  })
  .meta({ id: "ChannelTest" });

export const cause = z
  .object({
    metric: z.string(),
    at: time,
    seconds: number.meta({ description: "length of the window before `at`" }),
    cause: z.array(contributor),
    coverage,
    refusal,
  })
  .meta({ id: "Cause" });
