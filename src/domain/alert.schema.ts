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

const thresholdsIn = <Schema extends typeof amount>(quantity: Schema) =>
  z.strictObject({
    /** A severity that is not named keeps its default; null switches it off. */
    info: quantity.nullable().optional(),
    warning: quantity.nullable().optional(),
    critical: quantity.nullable().optional(),
    clear: quantity.optional(),
    for: duration.optional(),
  });

export const thresholdSchema = thresholdsIn(amount);
export const percentThresholdSchema = thresholdsIn(percentAmount);

/** Channels that are told when an alert fires for so long and nobody has acknowledged it. */
export const escalationSchema = z
  .array(
    z.strictObject({
      after: duration.refine((seconds) => seconds >= 60, "expected at least 1m"),
      channels: z.array(z.string().min(1).max(100)).min(1),
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
    name: z.string().regex(/^[\w .:/-]{1,100}$/, "expected letters, digits, blanks and . : / -"),
    metric: z.string().min(1),
    match: labelPatterns,
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
    /** Compares the thresholds with the value that the trend of the window predicts this far ahead. */
    forecast: duration.refine((seconds) => seconds >= 60, "expected at least 1m").optional(),
    /** Warns while the mean of so long is not as it usually is at this hour of the week; in place of limits. */
    unusual: z
      .strictObject({ for: duration.refine((seconds) => seconds >= 300, "expected at least 5m").default(600) })
      .optional(),
    /** Names of the channels to notify; all of them if absent. */
    channels: z.array(z.string().min(1).max(100)).optional(),
    /** Who is told as well while nobody has acknowledged it; in place of `alerts.escalate`. */
    escalate: escalationSchema.optional(),
    description: z.string().max(500).default(""),
    remedy: z.string().max(500).default(""),
  })
  .transform(inShares)
  .refine(
    (rule) => rule.forecast === undefined || rule.window >= 60,
    "a forecast needs a window of at least 1m to see the trend in",
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
      message: "takes its limits from the weeks before: leave info, warning, critical, clear and forecast out",
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
      message: "expected a value on the calm side of every threshold: lower with op above, higher with op below",
    },
  );

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "expected a time of day such as 22:30");

/** An entry of `alerts.silences`: a weekly window in which no notifications are sent. */
export const weeklySilenceSchema = z.strictObject({
  name: z.string().regex(/^[\w .:/-]{1,100}$/, "expected letters, digits, blanks and . : / -"),
  /** Name of a rule; `*` matches anything. */
  rule: rulePattern,
  match: labelPatterns,
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default([...WEEKDAYS]),
  from: clock,
  to: clock,
  time_zone: timeZoneName.optional(),
  note: z.string().max(500).default(""),
});

export type WeeklySilenceConfig = z.output<typeof weeklySilenceSchema>;
export type RuleConfig = z.output<typeof ruleSchema>;
export type ThresholdConfig = z.output<typeof thresholdSchema>;
