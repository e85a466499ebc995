/** A rule being edited: parses and validates the form's texts. Pure. */
import type { Words } from "~/components/words/en";
import type { ListedRule, Severity } from "~/domain/alert";
import { SEVERITIES } from "~/domain/alert";
import { formatLimit } from "~/domain/format-value";
import { builtInDefinition, chartUnitOf } from "~/domain/metric";
import { isWholeShare, shareOf } from "~/domain/whole-share";

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
  /** The recovery threshold was typed: it stays as it is when another one changes. */
  isClearTyped: boolean;
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
  isClearTyped: false,
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
  const limit = (severity: Severity) =>
    rule.thresholds[severity] === undefined ? "" : limitText(rule.thresholds[severity], rule.metric);
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
    clear: clearAt(rule, ownMargin(rule)),
    isClearTyped: false,
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

type Limits = Pick<ListedRule, "op" | "metric" | "thresholds">;

function firstLimit({ op, thresholds }: Limits): number | undefined {
  const values = Object.values(thresholds);
  if (values.length === 0) return undefined;
  return op === "above" ? Math.min(...values) : Math.max(...values);
}

/** How far beyond its first threshold a rule recovers; undefined for the tenth that a rule has if it says nothing. */
function ownMargin(rule: ListedRule): number | undefined {
  return rule.clearMargin === Math.abs(firstLimit(rule) ?? 0) / 10 ? undefined : rule.clearMargin;
}

/** The recovery threshold as a text; empty for the default. */
function clearAt(limits: Limits, margin: number | undefined): string {
  const first = firstLimit(limits);
  if (first === undefined || margin === undefined) return "";
  return limitText(Number((limits.op === "above" ? first - margin : first + margin).toPrecision(12)), limits.metric);
}

/** The draft of a rule after a change. Until it is changed itself, the recovery threshold keeps its distance from the first one. */
export function changedDraft(draft: RuleDraft, changes: Partial<RuleDraft>, rule: ListedRule | null): RuleDraft {
  const next = { ...draft, ...changes, isClearTyped: draft.isClearTyped || changes.clear !== undefined };
  const margin = rule ? ownMargin(rule) : undefined;
  return next.isClearTyped ? next : { ...next, clear: clearAt({ ...next, thresholds: limitsOf(next) }, margin) };
}

/** As the list of rules shows it: "80%", "50 MiB"; the plain number where that would be another one. */
export function limitText(value: number, metric: string): string {
  const text = formatLimit(value, chartUnitOf(metric, builtInDefinition));
  return limitOf(text, metric) === value ? text : String(value);
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

/**
 * Parses a limit into the metric's own unit: "50MB" is fifty million; of a metric that is a share of a whole, "90", "90%" and "0.9" are 0.9.
 * Null when it is not a limit.
 */
export function limitOf(text: string, metric: string): number | null {
  const [, digits, suffix = ""] =
    /^\s*(-?\d+(?:[.,]\d+)?)\s*(%|[kmgt]i?b|b)?\s*$/i.exec(text)?.map((part) => part?.replace(",", ".")) ?? [];
  if (digits === undefined) return null;
  if (suffix === "%") return Number((Number(digits) / 100).toPrecision(12));
  if (suffix === "" && isWholeShare(metric)) return shareOf(Number(digits));
  const power = "bkmgt".indexOf(suffix.toLowerCase()[0] ?? "b");
  return Number(digits) * (/i/i.test(suffix) ? 1024 : 1000) ** power;
}

const LIMITS = [...SEVERITIES, "clear"] as const;

interface Known {
  /** The metrics of this machine; undefined until they are known. */
  metrics: ReadonlySet<string> | undefined;
  words: Words["alerts"]["editor"]["wrong"];
}

/** Validation errors by field. */
export function mistakesOf(draft: RuleDraft, { metrics, words }: Known): Partial<Record<keyof RuleDraft, string>> {
  const wrong: Partial<Record<keyof RuleDraft, string>> = {};
  const isEmpty = (field: Exclude<keyof RuleDraft, "isClearTyped">) => draft[field].trim() === "";
  const metric = draft.metric.trim();
  if (!/^[\w .:/-]{1,100}$/.test(draft.name)) wrong.name = words.name;
  if (metric === "") wrong.metric = words.noMetric;
  // A rule that fires without data may wait for a metric that is not there yet.
  else if (metrics && !metrics.has(metric) && draft.noData !== "alert") wrong.metric = words.unknownMetric(metric);
  for (const field of ["window", "for"] as const) if (!DURATION.test(draft[field].trim())) wrong[field] = words.duration;
  for (const field of ["keepFiring", "forecast", "unusual"] as const)
    if (!isEmpty(field) && !DURATION.test(draft[field].trim())) wrong[field] = words.duration;
  for (const field of LIMITS) if (!isEmpty(field) && limitOf(draft[field], metric) === null) wrong[field] = words.limit;
  if (stepsOf(draft.escalate) === null) wrong.escalate = words.escalate;
  const isUnusual = !isEmpty("unusual");
  if (isUnusual && [...LIMITS, "forecast" as const].some((field) => !isEmpty(field))) wrong.unusual = words.unusual;
  if (!isUnusual && SEVERITIES.every(isEmpty)) wrong.warning = words.noLimit;
  if (draft.match.split(",").some((part) => part.trim() !== "" && !/^\s*[\w.]+\s*=\s*\S.*$/.test(part)))
    wrong.match = words.match;
  return wrong;
}

/** The thresholds that a draft has so far. */
export function thresholdsOfDraft(draft: RuleDraft): { severity: Severity; value: number }[] {
  return SEVERITIES.flatMap((severity) => {
    const value = limitOf(draft[severity], draft.metric);
    return value === null ? [] : [{ severity, value }];
  });
}

function limitsOf(draft: RuleDraft): ListedRule["thresholds"] {
  return Object.fromEntries(thresholdsOfDraft(draft).map(({ severity, value }) => [severity, value]));
}

/** Labels of parts that the draft does not select: it watches the total, not each core or mode as well. */
export function partsLeftOut({ metric, match }: Pick<RuleDraft, "metric" | "match">): string[] {
  const selected = matchOf(match);
  return (builtInDefinition(metric)?.parts ?? []).filter((label) => !(label in selected));
}

export function matchOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(",")
      .map(
        (part) =>
          /^([^=]*)=(.*)$/s
            .exec(part)
            ?.slice(1)
            .map((one) => one.trim()) ?? [],
      )
      .flatMap(([name, value]) => (name && value ? [[name, value]] : [])),
  );
}

/** The rule as the server expects it; the draft must be free of mistakes. */
export function ruleOf(draft: RuleDraft) {
  const { name, metric, op, aggregate, window, noData, description, remedy } = draft;
  const [clear, channels, escalate] = [limitOf(draft.clear, metric), namesOf(draft.channels), stepsOf(draft.escalate) ?? []];
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
    ...limitsOf(draft),
    ...(clear !== null && { clear }),
    ...(draft.keepFiring.trim() !== "" && { keep_firing_for: draft.keepFiring.trim() }),
    ...(draft.forecast.trim() !== "" && { forecast: draft.forecast.trim() }),
    ...(channels.length > 0 && { channels }),
    ...(escalate.length > 0 && { escalate }),
  };
}
