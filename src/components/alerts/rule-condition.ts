/** When a rule fires, in words. Pure. */
import type { Words } from "~/components/words/en";
import type { Format } from "~/components/words/words-provider";
import { type ListedRule, SEVERITIES } from "~/domain/alert";
import { builtInDefinition, chartUnitOf } from "~/domain/metric";

interface Language {
  words: Words["alerts"]["rules"];
  format: Pick<Format, "limit" | "duration">;
}

type Rule = Pick<
  ListedRule,
  "metric" | "thresholds" | "op" | "aggregate" | "forSeconds" | "windowSeconds" | "forecastSeconds" | "unusual"
>;

/** A count of one is beyond a threshold of one; of a share nobody cares. */
const SIGNS = { above: { share: ">", other: "≥" }, below: { share: "<", other: "≤" } } as const;

/** A threshold that one event within a day is beyond. */
const isOnAny = (value: number, unit: string) => unit.endsWith("/s") && value > 0 && value <= 0.001;

/** "Warning if > 80%, critical if > 95% (5 min average, for at least 1 min)", "Warning if it will be full within 8 h (trend of the last 1 h)" */
export function conditionText(rule: Rule, { words, format }: Language): string {
  const { metric, thresholds, op, aggregate, forSeconds, windowSeconds, forecastSeconds, unusual } = rule;
  if (unusual) return words.unusual(format.duration(windowSeconds));
  const unit = chartUnitOf(metric, builtInDefinition);
  const parts = SEVERITIES.flatMap((severity) => {
    const value = thresholds[severity];
    return value === undefined ? [] : [{ severity, value, limit: format.limit(value, unit) }];
  }).map(({ severity, value, limit }, index) => {
    const named = words[index === 0 ? "first" : "severity"][severity];
    if (isOnAny(value, unit)) return words.onAny(named);
    if (forecastSeconds === null) return words.beyond(named, SIGNS[op][unit === "1" ? "share" : "other"], limit);
    const ahead = format.duration(forecastSeconds);
    return unit === "1" && value === 1 ? words.full(named, ahead) : words.ahead(named, limit, ahead);
  });
  const window = format.duration(windowSeconds);
  const more = [
    windowSeconds > 0 && (forecastSeconds === null ? words.over(window, words.window[aggregate]) : words.trend(window)),
    forSeconds > 0 && words.holdFor(format.duration(forSeconds)),
  ].filter(Boolean);
  return `${parts.join(", ")}${more.length > 0 ? ` (${more.join(", ")})` : ""}`;
}
