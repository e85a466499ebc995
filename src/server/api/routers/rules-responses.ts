/** Response schemas of rules.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { labels, number, numberOrNull, severity, time, timeOrNull } from "../response-fields";

export const rule = z
  .object({
    name: z.string(),
    metric: z.string(),
    match: labels,
    without: z.array(z.string()).readonly(),
    atLeast: z
      .exactOptional(z.object({ match: labels, metric: z.string(), value: number }))
      .meta({ description: "matching series are ignored while this metric is below the value" }),
    aggregate: z.enum(["avg", "min", "max", "last"]),
    windowSeconds: number,
    op: z.enum(["above", "below"]),
    thresholds: z.object({
      info: number.exactOptional(),
      warning: number.exactOptional(),
      critical: number.exactOptional(),
    }),
    clearMargin: number,
    forSeconds: number,
    keepFiringForSeconds: number,
    noData: z.enum(["keep", "ok", "alert"]),
    forecastSeconds: numberOrNull,
    unusual: z
      .exactOptional(z.literal(true))
      .meta({ description: "warns when the mean of the window is unusual for this hour of the week" }),
    channels: z.array(z.string()).readonly().nullable(),
    escalate: z
      .array(z.object({ afterSeconds: number, channels: z.array(z.string()).readonly() }))
      .readonly()
      .nullable()
      .meta({ description: "channels to escalate to when nobody acknowledges; null for `alerts.escalate`" }),
    description: z.string(),
    remedy: z.string(),
    source: z.enum(["shipped", "adjusted", "own"]),
    enabled: z.boolean(),
  })
  .meta({ id: "Rule" });

export const rules = z.array(rule);

export const removedRule = z
  .object({
    name: z.string(),
    removed: z.boolean().meta({ description: "false for a built-in rule, which is disabled instead" }),
  })
  .meta({ id: "RemovedRule" });

export const backtest = z
  .object({
    from: time,
    to: time,
    approximate: z.boolean().meta({ description: "based on means per minute, because nothing finer is stored for that time" }),
    times: number.meta({ description: "how often it would have fired" }),
    transitions: z.array(
      z.object({
        at: time,
        key: z.string(),
        kind: z.enum(["fired", "escalated", "eased", "resolved"]),
        severity,
        value: numberOrNull,
      }),
    ),
    firings: z
      .array(z.object({ labels, from: time, to: timeOrNull, severity, peak: numberOrNull }))
      .meta({ description: "the last 500, oldest first; at most the last 1,000 transitions" }),
    messages: number.meta({ description: "how many notifications a channel that gets everything would have sent" }),
    suggestion: numberOrNull.meta({ description: "a threshold that would have fired at most `perWeek` times a week" }),
  })
  .meta({ id: "Backtest" });

export const silence = z
  .object({
    id: z.string(),
    rule: z.string(),
    match: labels,
    note: z.string(),
    createdBy: z.string().nullable(),
    window: z.union([
      z.object({ kind: z.literal("once"), from: time, until: time }),
      z.object({
        kind: z.literal("weekly"),
        days: z.array(number).readonly().meta({ description: "0 is Monday" }),
        fromMinute: number,
        toMinute: number,
        timeZone: z.string().nullable(),
      }),
    ]),
  })
  .meta({ id: "Silence" });

export const silences = z.array(silence);

export const removed = z.object({ id: z.string() }).meta({ id: "Removed" });
