/** Turns the configuration into rules: shipped ones with the user's thresholds, those of custom metrics, the user's own. */
import type { AlertRule, EscalationStep, ListedRule, Severity } from "~/domain/alert";
import { SEVERITIES } from "~/domain/alert";
import type { RuleConfig, ThresholdConfig } from "~/domain/alert.schema";
import { builtInDefinition } from "~/domain/metric";
import type { Config } from "./schema";
import { THRESHOLD_NAMES } from "./schema";
import { MACHINE_SILENT, PERCENT, SHIPPED, type Shipped } from "./shipped-rules";

type ThresholdName = (typeof THRESHOLD_NAMES)[number];

/**
 * How far a value has to go back beyond the first threshold to clear: five percentage points, or a tenth of a threshold in another unit.
 * `clear` overrides it.
 */
function marginOf(
  { thresholds, op }: Pick<AlertRule, "thresholds" | "op">,
  { scale, clear }: { scale: number | undefined; clear: number | undefined },
): number {
  const values = Object.values(thresholds);
  if (values.length === 0) return 0;
  const first = op === "above" ? Math.min(...values) : Math.max(...values);
  if (clear !== undefined) return Math.max(0, op === "above" ? first - clear : clear - first);
  return scale === PERCENT ? 5 * PERCENT : Math.abs(first) / 10;
}

/** Rounds to twelve digits: 95 hundredths are 0.95 and not 0.9500000000000001. */
function scaled(thresholds: AlertRule["thresholds"], scale: number): AlertRule["thresholds"] {
  return Object.fromEntries(
    Object.entries(thresholds).map(([severity, value]) => [severity, Number((value * scale).toPrecision(12))]),
  );
}

function given(config: Pick<ThresholdConfig, Severity>): AlertRule["thresholds"] {
  return Object.fromEntries(
    SEVERITIES.flatMap((severity) => (typeof config[severity] === "number" ? [[severity, config[severity]]] : [])),
  );
}

/** Severities that are not named keep their default; those that are null are off. */
function merged(shipped: AlertRule["thresholds"], config: ThresholdConfig): AlertRule["thresholds"] {
  const kept = Object.entries(shipped).filter(([severity]) => config[severity as Severity] !== null);
  return { ...Object.fromEntries(kept), ...given(config) };
}

/**
 * Labels of parts that the rule does not select. It skips series with these labels and so watches the total, not each core or
 * mode as well.
 */
function partsLeftOut({ metric, match }: Pick<AlertRule, "metric" | "match">): string[] {
  return (builtInDefinition(metric)?.parts ?? []).filter((label) => !(label in match));
}

/** Replaces the shipped thresholds with the user's. A network threshold above 100 is a rate, not a percentage. */
function withThresholds(shipped: Shipped, config: ThresholdConfig | undefined, cores: number): AlertRule {
  const own = config ? given(config) : {};
  let { scale = 1, metric, match } = shipped;
  let inForce = config ? merged(shipped.thresholds, config) : shipped.thresholds;
  if (shipped.name === "load") scale = cores;
  if (shipped.name === "network" && Object.values(own).some((value) => value > 100)) {
    metric = "system.network.io";
    match = {};
    scale = 1;
    inForce = own;
  }
  const thresholds = scaled(inForce, scale);
  const op = shipped.op ?? "above";
  const clear = config?.clear === undefined ? undefined : config.clear * scale;
  const margin = marginOf({ thresholds, op }, { scale: scale === PERCENT ? PERCENT : undefined, clear });
  const { scale: _scale, ...rule } = shipped;
  return {
    ...rule,
    metric,
    match,
    without: partsLeftOut({ metric, match }),
    op,
    noData: shipped.noData ?? "ok",
    forecastSeconds: shipped.forecastSeconds ?? null,
    channels: shipped.channels ?? null,
    escalate: null,
    thresholds,
    clearMargin: clear === undefined ? (shipped.clearMargin ?? margin) : margin,
    forSeconds: config?.for ?? shipped.forSeconds,
  };
}

export function stepsOf(steps: Config["alerts"]["escalate"]): EscalationStep[] {
  return steps.map(({ after, channels }) => ({ afterSeconds: after, channels }));
}

/** The rule that an entry of `alerts.rules` describes. */
export function ruleFromConfig(config: RuleConfig): AlertRule {
  const thresholds = given(config);
  return {
    name: config.name,
    metric: config.metric,
    match: config.match,
    without: partsLeftOut(config),
    aggregate: config.unusual ? "avg" : config.aggregate,
    windowSeconds: config.unusual?.for ?? config.window,
    ...(config.unusual && { unusual: true as const }),
    op: config.op,
    thresholds,
    clearMargin: marginOf({ thresholds, op: config.op }, { scale: undefined, clear: config.clear }),
    forSeconds: config.for,
    keepFiringForSeconds: config.keep_firing_for,
    noData: config.no_data,
    forecastSeconds: config.forecast ?? null,
    channels: config.channels ?? null,
    escalate: config.escalate ? stepsOf(config.escalate) : null,
    description: config.description,
    remedy: config.remedy,
  };
}

/** The rule for a custom metric's thresholds, which are in its own unit. Evaluates each reading. */
function customRule(name: string, config: ThresholdConfig, channels: readonly string[] | undefined): AlertRule {
  const thresholds = given(config);
  return {
    name,
    metric: name,
    match: {},
    without: [],
    aggregate: "last",
    windowSeconds: 0,
    op: "above",
    thresholds,
    clearMargin: marginOf({ thresholds, op: "above" }, { scale: undefined, clear: config.clear }),
    forSeconds: config.for ?? 0,
    keepFiringForSeconds: 0,
    noData: "ok",
    forecastSeconds: null,
    channels: channels ?? null,
    escalate: null,
    description: "",
    remedy: "",
  };
}

type RulesConfig = Pick<Config, "thresholds" | "alerts" | "custom_metrics"> & Partial<Pick<Config, "fleet">>;

/** Shipped rules, those about other machines only where there are any. */
function shippedFor({ fleet }: RulesConfig): Shipped[] {
  return SHIPPED.flatMap((rule) => {
    if (rule.name !== MACHINE_SILENT) return [rule];
    return fleet ? [{ ...rule, thresholds: { critical: fleet.silent_after } }] : [];
  });
}

const isThreshold = (name: string): name is ThresholdName => THRESHOLD_NAMES.some((one) => one === name);

/** All rules, enabled or not, with their source. A user's rule replaces a shipped or custom-metric rule of the same name. */
export function listRules(config: RulesConfig, cores: number): ListedRule[] {
  const disabled = new Set(config.alerts.disabled);
  const replaced = new Set(config.alerts.rules.map(({ name }) => name));
  const listed = (rule: AlertRule, source: ListedRule["source"]): ListedRule => ({
    ...rule,
    source,
    enabled: !disabled.has(rule.name),
  });
  const shipped = shippedFor(config)
    .filter(({ name }) => !replaced.has(name))
    .map((rule) => {
      const thresholds = isThreshold(rule.name) ? config.thresholds[rule.name] : undefined;
      return listed(withThresholds(rule, thresholds, cores), thresholds ? "adjusted" : "shipped");
    });
  const custom = Object.entries(config.custom_metrics).flatMap(([name, { thresholds, notify }]) =>
    thresholds && !replaced.has(name) ? [listed(customRule(name, thresholds, notify), "own")] : [],
  );
  return [...shipped, ...custom, ...config.alerts.rules.map((rule) => listed(ruleFromConfig(rule), "own"))];
}

/** The rules that are evaluated. */
export function toRules(config: RulesConfig, cores: number): AlertRule[] {
  return listRules(config, cores)
    .filter(({ enabled }) => enabled)
    .map(({ source: _source, enabled: _enabled, ...rule }) => rule);
}

/** Channels that the configuration names and does not have, each with who names it. */
export function strayChannels(config: RulesConfig, there: readonly string[]): { channel: string; namedBy: string }[] {
  const named = (channels: readonly string[], namedBy: string) => channels.map((channel) => ({ channel, namedBy }));
  const escalated = (steps: readonly { channels: readonly string[] }[], namedBy: string) =>
    steps.flatMap(({ channels }) => named(channels, namedBy));
  return [
    ...config.alerts.rules.flatMap((rule) => [
      ...named(rule.channels ?? [], `the rule ${rule.name}`),
      ...escalated(rule.escalate ?? [], `the escalation of the rule ${rule.name}`),
    ]),
    ...escalated(config.alerts.escalate, "alerts.escalate"),
    ...Object.entries(config.custom_metrics).flatMap(([name, { notify = [] }]) => named(notify, `the custom metric ${name}`)),
  ].filter(({ channel }) => !there.includes(channel));
}
