/** Refuses rules and silences that could never do anything, and says what would. Pure. */
import type { RuleConfig } from "~/domain/alert.schema";
import { AppError } from "~/domain/errors";
import { globMatches } from "~/domain/match";
import type { MetricDefinition } from "~/domain/metric";

const MOST_SUGGESTED = 3;

interface Known {
  metrics: readonly MetricDefinition[];
  channels: readonly string[];
}

function refuse(parameter: string, detail: string): never {
  throw new AppError("bad_request", `${parameter}: ${detail}`, [{ parameter, detail }]);
}

/** Throws `bad_request` with the field that is wrong. A rule with `no_data: alert` may wait for a metric that is not there yet. */
export function checkRule(rule: RuleConfig, { metrics, channels }: Known): void {
  const metric = metrics.find((one) => one.metric === rule.metric);
  if (!metric && rule.no_data !== "alert") {
    const near = nearest(
      rule.metric,
      metrics.map((one) => one.metric),
    );
    const advice = near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : "";
    refuse("metric", `unknown metric '${rule.metric}'.${advice}`);
  }
  const named = { channels: rule.channels ?? [], escalate: (rule.escalate ?? []).flatMap((step) => step.channels) };
  for (const [parameter, names] of Object.entries(named)) {
    const unknown = names.find((name) => !channels.includes(name));
    if (unknown === undefined) continue;
    const there = channels.length > 0 ? `configured: ${channels.join(", ")}` : "none is configured";
    refuse(parameter, `there is no channel ${unknown}; ${there}`);
  }
}

/** Throws `not_found` for a metric that this machine does not have. */
export function checkMetric(name: string, metrics: readonly MetricDefinition[]): void {
  const names = metrics.map(({ metric }) => metric);
  if (names.includes(name)) return;
  const near = nearest(name, names);
  const advice = near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : "";
  throw new AppError("not_found", `Unknown metric '${name}'.${advice}`);
}

/** Throws `bad_request` if the pattern is that of no rule. */
export function checkSilenced(pattern: string, rules: readonly string[]): void {
  if (rules.some((name) => globMatches(pattern, name))) return;
  const near = nearest(pattern.replaceAll("*", ""), rules);
  const advice = near.length > 0 ? `did you mean ${near.join(" or ")}?` : "see GET /api/alerts/rules for all rules";
  refuse("rule", `there is no rule ${pattern}; ${advice}`);
}

/** Those that share the most pairs of letters with what was typed. */
function nearest(typed: string, names: readonly string[]): string[] {
  const pairs = (text: string) =>
    new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)));
  const wanted = pairs(typed.toLowerCase());
  const likeness = (name: string) => {
    const own = pairs(name.toLowerCase());
    const shared = [...wanted].filter((pair) => own.has(pair)).length;
    return (2 * shared) / Math.max(1, wanted.size + own.size);
  };
  return names
    .map((name) => ({ name, like: likeness(name) }))
    .filter(({ like }) => like > 0.5)
    .sort((a, b) => b.like - a.like)
    .slice(0, MOST_SUGGESTED)
    .map(({ name }) => name);
}
