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
  clear: string;
  keepFiring: string;
  noData: "keep" | "ok" | "alert";
  forecast: string;
  /** How long it is not as usual; empty for a rule with limits. */
  unusual: string;
  /** Names with commas between them; empty for all. */
  channels: string;
  /** "15m: pagerduty, sms; 1h: boss"; empty for that of all rules. */
  escalate: string;
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
  clear: "",
  keepFiring: "",
  noData: "ok",
  forecast: "",
  unusual: "",
  channels: "",
  escalate: "",
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
    clear: clearOf(rule),
    keepFiring: rule.keepFiringForSeconds > 0 ? durationText(rule.keepFiringForSeconds) : "",
    noData: rule.noData,
    unusual: rule.unusual ? durationText(rule.windowSeconds) : "",
    forecast: rule.forecastSeconds === null ? "" : durationText(rule.forecastSeconds),
    channels: rule.channels?.join(", ") ?? "",
    escalate: (rule.escalate ?? [])
      .map(({ afterSeconds, channels }) => `${durationText(afterSeconds)}: ${channels.join(", ")}`)
      .join("; "),
    description: rule.description,
    remedy: rule.remedy,
  };
}

/** Where it is calm again. */
function clearOf({ op, thresholds, clearMargin }: ListedRule): string {
  const values = Object.values(thresholds);
  if (values.length === 0) return "";
  const first = op === "above" ? Math.min(...values) : Math.max(...values);
  return String(Number((op === "above" ? first - clearMargin : first + clearMargin).toPrecision(12)));
}

const DURATION = /^\d+(\.\d+)?(s|m|h|d)?$/;

const namesOf = (text: string) => text.split(",").flatMap((name) => name.trim() || []);

/** Null when a step is not `15m: name, name`. */
function stepsOf(text: string): { after: string; channels: string[] }[] | null {
  const steps = text.split(";").flatMap((step) => (step.trim() === "" ? [] : [step]));
  const parsed = steps.map((step) => {
    const [, after = "", names = ""] = /^\s*([^:]+?)\s*:(.*)$/.exec(step) ?? [];
    const channels = namesOf(names);
    return DURATION.test(after) && channels.length > 0 ? { after, channels } : null;
  });
  return parsed.some((step) => step === null) ? null : (parsed as { after: string; channels: string[] }[]);
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
  const wrong: Partial<Record<keyof RuleDraft, string>> = {};
  if (!/^[\w .:/-]{1,100}$/.test(draft.name)) wrong.name = "letters, digits, blanks and . : / -";
  if (draft.metric.trim() === "") wrong.metric = "choose a metric";
  for (const field of ["window", "for"] as const) if (!DURATION.test(draft[field].trim())) wrong[field] = "such as 30s, 5m or 1h";
  for (const severity of SEVERITIES)
    if (draft[severity].trim() !== "" && limitOf(draft[severity]) === null) wrong[severity] = "such as 90%, 0.9 or 50MB";
  for (const field of ["keepFiring", "forecast", "unusual"] as const)
    if (draft[field].trim() !== "" && !DURATION.test(draft[field].trim())) wrong[field] = "such as 30s, 5m or 1h";
  if (draft.clear.trim() !== "" && limitOf(draft.clear) === null) wrong.clear = "such as 75%, 0.75 or 40MB";
  if (stepsOf(draft.escalate) === null) wrong.escalate = "such as 15m: pagerduty; 1h: sms, boss";
  const isUnusual = draft.unusual.trim() !== "";
  const hasLimits = [...SEVERITIES, "clear", "forecast"] as const;
  if (isUnusual && hasLimits.some((field) => draft[field].trim() !== "")) wrong.unusual = "takes no limits, and no forecast";
  if (!isUnusual && SEVERITIES.every((severity) => draft[severity].trim() === "")) wrong.warning = "give at least one limit";
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
  const { name, metric, op, aggregate, window, noData, description, remedy } = draft;
  const [clear, channels, escalate] = [limitOf(draft.clear), namesOf(draft.channels), stepsOf(draft.escalate) ?? []];
  return {
    name,
    metric,
    match: matchOf(draft.match),
    op,
    ...(draft.unusual.trim() === "" ? { aggregate, window } : { unusual: { for: draft.unusual.trim() } }),
    for: draft.for,
    no_data: noData,
    description,
    remedy,
    ...limits,
    ...(clear !== null && { clear }),
    ...(draft.keepFiring.trim() !== "" && { keep_firing_for: draft.keepFiring.trim() }),
    ...(draft.forecast.trim() !== "" && { forecast: draft.forecast.trim() }),
    ...(channels.length > 0 && { channels }),
    ...(escalate.length > 0 && { escalate }),
  };
}
