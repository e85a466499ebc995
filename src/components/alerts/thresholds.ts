/** Compares a displayed value with the thresholds of its rules. Pure. */
import type { ListedRule, Severity } from "~/domain/alert";
import { SEVERITIES } from "~/domain/alert";
import { labelsMatch } from "~/domain/match";
import type { Labels } from "~/domain/sample";

type Rule = Pick<ListedRule, "metric" | "match" | "without" | "op" | "thresholds" | "forecastSeconds" | "unusual" | "enabled">;

/** The limits of the first enabled rule with an upper limit for this series; forecast rules are left out. */
export function thresholdsOf(rules: readonly Rule[], metric: string, labels: Labels): { severity: Severity; value: number }[] {
  const rule = rules.find(
    (one) =>
      one.metric === metric &&
      one.op === "above" &&
      one.enabled &&
      one.forecastSeconds === null &&
      !one.unusual &&
      labelsMatch(one.match, labels) &&
      one.without.every((name) => labels[name] === undefined),
  );
  return SEVERITIES.flatMap((severity) => {
    const value = rule?.thresholds[severity];
    return value === undefined ? [] : [{ severity, value }];
  });
}

/** The severity of the highest limit that the value reaches. */
export function severityBeyond(
  value: number | null,
  thresholds: readonly { severity: Severity; value: number }[],
): Severity | null {
  if (value === null) return null;
  return thresholds.findLast((one) => value >= one.value)?.severity ?? null;
}
