/** A rule being edited: parses and validates the form's texts. Pure. */
import type { ListedRule, Severity } from "~/domain/alert";
import { SEVERITIES } from "~/domain/alert";

export interface RuleDraft {
  name: string;
  metric: string;
  /** "system.device=nvme*, disk.io.direction=write" */
  match: string;
  op: "above" | "below";
  aggregate: "avg" | "min" | "max" | "last";
  window: string;
  for: string;
  info: string;
  warning: string;
  critical: string;
  description: string;
  remedy: string;
}

const EMPTY: RuleDraft = {
  name: "",
  metric: "system.cpu.utilization",
  match: "",
  op: "above",
  aggregate: "avg",
  window: "1m",
  for: "1m",
  info: "",
  warning: "80%",
  critical: "",
  description: "",
  remedy: "",
};

function durationText(seconds: number): string {
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds > 0 && seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

export function draftOf(rule: ListedRule | null): RuleDraft {
  if (!rule) return EMPTY;
  const limit = (severity: Severity) => (rule.thresholds[severity] === undefined ? "" : String(rule.thresholds[severity]));
  return {
    name: rule.name,
    metric: rule.metric,
    match: Object.entries(rule.match)
      .map(([name, value]) => `${name}=${value}`)
      .join(", "),
    op: rule.op,
    aggregate: rule.aggregate,
    window: durationText(rule.windowSeconds),
    for: durationText(rule.forSeconds),
    info: limit("info"),
    warning: limit("warning"),
    critical: limit("critical"),
    description: rule.description,
    remedy: rule.remedy,
  };
}

/** Parses a limit into the metric's own unit: "90%" is 0.9, "50MB" is fifty million; null when it is not a limit. */
export function limitOf(text: string): number | null {
  const [, digits, suffix = ""] = /^\s*(-?\d+(?:\.\d+)?)\s*(%|[kmgt]i?b|b)?\s*$/i.exec(text) ?? [];
  if (digits === undefined) return null;
  if (suffix === "%") return Number(digits) / 100;
  const power = "bkmgt".indexOf(suffix.toLowerCase()[0] ?? "b");
  return Number(digits) * (/i/i.test(suffix) ? 1024 : 1000) ** power;
}

/** Validation errors by field. */
export function mistakesOf(draft: RuleDraft): Partial<Record<keyof RuleDraft, string>> {
  const duration = /^\d+(\.\d+)?(s|m|h|d)?$/;
  const wrong: Partial<Record<keyof RuleDraft, string>> = {};
  if (!/^[\w .:/-]{1,100}$/.test(draft.name)) wrong.name = "letters, digits, blanks and . : / -";
  if (draft.metric.trim() === "") wrong.metric = "choose a metric";
  for (const field of ["window", "for"] as const) if (!duration.test(draft[field].trim())) wrong[field] = "such as 30s, 5m or 1h";
  for (const severity of SEVERITIES)
    if (draft[severity].trim() !== "" && limitOf(draft[severity]) === null) wrong[severity] = "such as 90%, 0.9 or 50MB";
  if (SEVERITIES.every((severity) => draft[severity].trim() === "")) wrong.warning = "give at least one limit";
  if (draft.match.split(",").some((part) => part.trim() !== "" && !/^\s*[\w.]+\s*=\s*\S.*$/.test(part)))
    wrong.match = "label=value, with a comma between several";
  return wrong;
}

export function matchOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(",")
      .map((part) => part.split("=").map((one) => one.trim()))
      .flatMap(([name, value]) => (name && value ? [[name, value]] : [])),
  );
}

/** The rule as the server expects it; the draft must be free of mistakes. */
export function ruleOf(draft: RuleDraft) {
  const limits = Object.fromEntries(
    SEVERITIES.flatMap((severity) => {
      const value = limitOf(draft[severity]);
      return value === null ? [] : [[severity, value]];
    }),
  );
  const { name, metric, op, aggregate, window, description, remedy } = draft;
  return { name, metric, match: matchOf(draft.match), op, aggregate, window, for: draft.for, description, remedy, ...limits };
}
