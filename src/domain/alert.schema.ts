/** Alert rules and silences as written in the configuration and in requests. */
import { z } from "zod";
import { SEVERITIES } from "./alert";
import { MOST_STARS } from "./match";
import { amount, duration, percentAmount } from "./quantity.schema";
import { timeZoneName } from "./time-range.schema";
import { isWholeShare, shareOf } from "./whole-share";

export const severity = z.enum(SEVERITIES);

const pattern = z.string().refine((text) => text.split("*").length - 1 <= MOST_STARS, `expected at most ${MOST_STARS} stars`);

/** The name of a rule, in which `*` stands for anything. */
export const rulePattern = pattern.min(1).max(100).default("*");

/** Labels and what their values have to match. */
export const labelPatterns = z.record(z.string().max(100), pattern.max(500)).default({});

const thresholdsIn = <Schema extends typeof amount>(quantity: Schema, margin: string) =>
  z.strictObject({
    info: quantity.nullable().optional().describe("Threshold of an info alert. null: none."),
    warning: quantity
      .nullable()
      .optional()
      .describe("Threshold of a warning. null: none. If omitted: the threshold of the built-in rule, if there is one."),
    critical: quantity
      .nullable()
      .optional()
      .describe("Threshold of a critical alert. null: none. If omitted: the threshold of the built-in rule, if there is one."),
    clear: quantity
      .optional()
      .describe(`Recovery threshold: the value at which the alert resolves. Default: ${margin} below the lowest threshold.`),
    for: duration.optional().describe("How long a threshold must be exceeded before the alert fires."),
  });

export const thresholdSchema = thresholdsIn(amount, "a tenth");
export const percentThresholdSchema = thresholdsIn(percentAmount, "5 percentage points");

/** Channels that are told when an alert fires for so long and nobody has acknowledged it. */
export const escalationSchema = z
  .array(
    z.strictObject({
      after: duration
        .refine((seconds) => seconds >= 60, "expected at least 1m")
        .meta({ description: "How long the alert has been firing without being acknowledged.", examples: ["15m"] }),
      channels: z
        .array(z.string().min(1).max(100))
        .min(1)
        .meta({ description: "Channels to notify then.", examples: [["pagerduty"]] }),
    }),
  )
  .max(10);

type Limits = Partial<Record<(typeof SEVERITIES)[number] | "clear", number | undefined>>;

/** Of a metric that is a share of a whole the same with thresholds from 0 to 1: 70 and 70% are 0.7. */
function inShares<Rule extends Limits & { metric: string }>(rule: Rule): Rule {
  if (!isWholeShare(rule.metric)) return rule;
  const limits = [...SEVERITIES, "clear" as const].flatMap((key) => {
    const value = rule[key];
    return value === undefined ? [] : [[key, shareOf(value)]];
  });
  return { ...rule, ...Object.fromEntries(limits) };
}

/** An entry of `alerts.rules`, in the file and in requests that write it. */
export const ruleSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w .:/-]{1,100}$/, "expected letters, digits, spaces and . : / -")
      .meta({
        description: "Name of the rule; unique. A rule with the name of a built-in rule replaces that rule.",
        examples: ["busy disk"],
      }),
    metric: z
      .string()
      .min(1)
      .meta({ description: "Metric that the rule watches.", examples: ["system.disk.utilization"] }),
    match: labelPatterns.meta({
      description:
        "Labels of the series to watch; * matches anything. If empty: the totals of CPU, disk and network, otherwise each series.",
      examples: [{ "system.device": "nvme*" }],
    }),
    aggregate: z.enum(["avg", "min", "max", "last"]).default("avg").describe("How the readings of the window are combined."),
    window: duration.default(60).describe("Time over which the value is aggregated. 0: the last sample."),
    op: z.enum(["above", "below"]).default("above").describe("Side of the thresholds on which the rule fires."),
    info: amount.optional().meta({ description: "Threshold of an info alert, in the metric's unit.", examples: ["70%"] }),
    warning: amount.optional().meta({ description: "Threshold of a warning.", examples: ["90%"] }),
    critical: amount.optional().meta({ description: "Threshold of a critical alert.", examples: ["50MB"] }),
    clear: amount
      .optional()
      .describe(
        "Recovery threshold: the value at which the alert resolves. Default: a tenth below the lowest threshold; with op: below, above the highest.",
      ),
    for: duration.default(0).describe("How long a threshold must be exceeded before the alert fires."),
    keep_firing_for: duration.default(0).describe("How long the alert keeps firing after the value has recovered."),
    no_data: z
      .enum(["keep", "ok", "alert"])
      .default("ok")
      .describe("What missing data means: keep the state, resolve the alert, or fire."),
    forecast: duration
      .refine((seconds) => seconds >= 60, "expected at least 1m")
      .optional()
      .meta({
        description: "Compares the thresholds with the value that the trend of the window will reach this far ahead.",
        examples: ["8h"],
      }),
    unusual: z
      .strictObject({
        for: duration
          .refine((seconds) => seconds >= 300, "expected at least 5m")
          .default(600)
          .describe("Time over which the average is taken."),
      })
      .optional()
      .meta({
        description: "Warns when the average differs from what is usual at this hour of the week. Replaces thresholds.",
        examples: [{ for: "10m" }],
      }),
    channels: z
      .array(z.string().min(1).max(100))
      .optional()
      .meta({ description: "Channels to notify. If omitted: all.", examples: [["email"]] }),
    escalate: escalationSchema.optional().describe("Escalation of this rule, instead of alerts.escalate."),
    description: z.string().max(500).default("").describe("What the alert means; part of the notification."),
    remedy: z.string().max(500).default("").describe("What to do about it; part of the notification."),
  })
  .transform(inShares)
  .refine(
    (rule) => rule.forecast === undefined || rule.window >= 60,
    "a forecast needs a window of at least 1m to find the trend",
  )
  .refine(
    ({ info, warning, critical, unusual }) => [info, warning, critical, unusual].some((one) => one !== undefined),
    "give at least one of info, warning and critical, or unusual",
  )
  .refine(
    ({ unusual, ...rule }) =>
      unusual === undefined ||
      (["info", "warning", "critical", "clear", "forecast"] as const).every((key) => rule[key] === undefined),
    {
      path: ["unusual"],
      message: "takes its limits from previous weeks; remove info, warning, critical, clear and forecast",
    },
  )
  .refine(
    ({ op, clear, info, warning, critical }) => {
      const sign = op === "above" ? 1 : -1;
      const given = [info, warning, critical].filter((value) => value !== undefined);
      return clear === undefined || given.every((threshold) => sign * (threshold - clear) >= 0);
    },
    {
      path: ["clear"],
      message: "expected a value on the recovery side of every threshold: lower with op above, higher with op below",
    },
  );

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "expected a time of day such as 22:30");

/** An entry of `alerts.silences`: a weekly window in which no notifications are sent. */
export const weeklySilenceSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[\w .:/-]{1,100}$/, "expected letters, digits, spaces and . : / -")
    .meta({ description: "Name of the silence.", examples: ["backups"] }),
  rule: rulePattern.describe("Name of the rule to silence; * matches anything."),
  match: labelPatterns.describe("Labels of the alerts to silence; * matches anything."),
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default([...WEEKDAYS])
    .describe("Days of the week."),
  from: clock.meta({ description: "Start, as a time of day.", examples: ["02:00"] }),
  to: clock.meta({ description: "End; before the start, it is on the next day.", examples: ["04:00"] }),
  time_zone: timeZoneName
    .optional()
    .meta({ description: "IANA time zone. If empty: the machine's.", examples: ["Europe/Berlin"] }),
  note: z.string().max(500).default("").describe("Why."),
});

export type WeeklySilenceConfig = z.output<typeof weeklySilenceSchema>;
export type RuleConfig = z.output<typeof ruleSchema>;
export type ThresholdConfig = z.output<typeof thresholdSchema>;
