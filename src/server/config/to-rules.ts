/** From the configuration to the rules that are evaluated: the shipped ones with the user's numbers, then the user's own. */
import type { AlertRule, ListedRule, Severity } from "~/domain/alert";
import { SEVERITIES } from "~/domain/alert";
import type { RuleConfig, ThresholdConfig } from "~/domain/alert.schema";
import type { Config } from "./schema";
import { THRESHOLD_NAMES } from "./schema";

type ThresholdName = (typeof THRESHOLD_NAMES)[number];

/** Thresholds of the shipped rules are written as a person would: percent, per core, or the metric's own unit. */
type Optional = "without" | "noData" | "clearMargin" | "op" | "forecastSeconds" | "channels";
type Shipped = Omit<AlertRule, Optional> & Partial<Pick<AlertRule, Optional>> & { scale?: number };

const PERCENT = 0.01;
const MINUTE = 60;

const SHIPPED: readonly Shipped[] = [
  {
    name: "cpu",
    metric: "system.cpu.utilization",
    match: {},
    without: ["cpu.mode", "cpu.logical_number"],
    aggregate: "avg",
    windowSeconds: 5 * MINUTE,
    thresholds: { warning: 80, critical: 95 },
    scale: PERCENT,
    forSeconds: MINUTE,
    keepFiringForSeconds: 2 * MINUTE,
    description: "The processors are busy nearly all the time.",
    remedy: "Look at the process that uses the most; lower its priority, give it less work, or add cores.",
  },
  {
    name: "memory",
    metric: "system.memory.utilization",
    match: {},
    aggregate: "avg",
    windowSeconds: MINUTE,
    thresholds: { warning: 85, critical: 95 },
    scale: PERCENT,
    forSeconds: 2 * MINUTE,
    keepFiringForSeconds: 2 * MINUTE,
    description: "Little memory is left for new work.",
    remedy: "Look at the process that grew; restart it if it leaks, or add memory.",
  },
  {
    name: "swap",
    metric: "system.paging.utilization",
    match: {},
    aggregate: "avg",
    windowSeconds: MINUTE,
    thresholds: { warning: 80, critical: 95 },
    scale: PERCENT,
    forSeconds: 5 * MINUTE,
    keepFiringForSeconds: 2 * MINUTE,
    description: "The swap space is nearly used up.",
    remedy: "Find what uses the memory; the kernel will end processes when swap is full.",
  },
  {
    name: "disk",
    metric: "system.filesystem.utilization",
    match: { "system.filesystem.mode": "rw" },
    aggregate: "last",
    windowSeconds: 0,
    thresholds: { warning: 85, critical: 95 },
    scale: PERCENT,
    forSeconds: MINUTE,
    keepFiringForSeconds: MINUTE,
    description: "The filesystem is nearly full.",
    remedy: "Remove what is no longer needed, or make it larger; the process that writes most is named.",
  },
  {
    name: "inodes",
    metric: "system.filesystem.inodes.utilization",
    match: { "system.filesystem.mode": "rw" },
    aggregate: "last",
    windowSeconds: 0,
    thresholds: { warning: 85, critical: 95 },
    scale: PERCENT,
    forSeconds: MINUTE,
    keepFiringForSeconds: MINUTE,
    description: "The filesystem can hardly hold more files.",
    remedy: "Look for folders with very many small files, such as caches and sessions.",
  },
  {
    name: "load",
    metric: "system.cpu.load_average.15m",
    match: {},
    aggregate: "last",
    windowSeconds: 0,
    thresholds: { warning: 2, critical: 4 },
    forSeconds: 5 * MINUTE,
    keepFiringForSeconds: 2 * MINUTE,
    description: "For a quarter of an hour more work has been waiting than the machine can do.",
    remedy: "See whether it waits for CPU or for the disk, and for which process.",
  },
  {
    name: "network",
    metric: "system.network.utilization",
    match: {},
    aggregate: "avg",
    windowSeconds: MINUTE,
    thresholds: { warning: 80, critical: 95 },
    scale: PERCENT,
    forSeconds: MINUTE,
    keepFiringForSeconds: MINUTE,
    description: "The link is nearly used up.",
    remedy: "Find the transfer that fills it, or use a faster link.",
  },
  {
    name: "zombies",
    metric: "system.process.count",
    match: { "process.state": "defunct" },
    aggregate: "min",
    windowSeconds: MINUTE,
    thresholds: { warning: 10, critical: 100 },
    forSeconds: 5 * MINUTE,
    keepFiringForSeconds: MINUTE,
    description: "Ended processes are not waited for by their parent.",
    remedy: "Restart the parent that is named: its zombies go with it.",
  },
  {
    name: "iowait",
    metric: "system.cpu.utilization",
    match: { "cpu.mode": "iowait" },
    aggregate: "avg",
    windowSeconds: 5 * MINUTE,
    thresholds: { warning: 30 },
    scale: PERCENT,
    forSeconds: 5 * MINUTE,
    keepFiringForSeconds: 2 * MINUTE,
    description: "The processors wait for the disk for much of the time.",
    remedy: "Look at the process that reads and writes most, and at the disk's queue.",
  },
  {
    name: "memory pressure",
    metric: "system.linux.pressure.memory.full",
    match: {},
    aggregate: "avg",
    windowSeconds: MINUTE,
    thresholds: { warning: 10, critical: 30 },
    scale: PERCENT,
    forSeconds: 2 * MINUTE,
    keepFiringForSeconds: 2 * MINUTE,
    description: "Everything stands still for want of memory for part of the time.",
    remedy: "Find what uses the memory before the kernel has to end it.",
  },
  {
    name: "out of memory",
    metric: "system.memory.linux.oom_kill.count",
    match: {},
    aggregate: "max",
    windowSeconds: MINUTE,
    thresholds: { critical: 0.001 },
    clearMargin: 0,
    forSeconds: 0,
    keepFiringForSeconds: 5 * MINUTE,
    description: "The kernel ended a process because no memory was left.",
    remedy: "The kernel's log names the process; give it a limit, or the machine more memory.",
  },
  {
    name: "disk filling",
    metric: "system.filesystem.utilization",
    match: { "system.filesystem.mode": "rw" },
    aggregate: "last",
    windowSeconds: 60 * MINUTE,
    forecastSeconds: 8 * 60 * MINUTE,
    thresholds: { warning: 100 },
    scale: PERCENT,
    forSeconds: 10 * MINUTE,
    keepFiringForSeconds: 10 * MINUTE,
    description: "At the pace of the last hour the filesystem is full within eight.",
    remedy: "Find what writes so much; it is named if it still does.",
  },
  {
    name: "I/O pressure",
    metric: "system.linux.pressure.io.full",
    match: {},
    aggregate: "avg",
    windowSeconds: 5 * MINUTE,
    thresholds: { warning: 40 },
    scale: PERCENT,
    forSeconds: 5 * MINUTE,
    keepFiringForSeconds: 2 * MINUTE,
    description: "Everything stands still for want of the disk for much of the time.",
    remedy: "Look at the process that reads and writes most; give it less to do or the machine a faster disk.",
  },
  {
    name: "network errors",
    metric: "system.network.errors",
    match: { "network.io.direction": "*" },
    without: ["error.type"],
    aggregate: "avg",
    windowSeconds: 5 * MINUTE,
    thresholds: { warning: 1 },
    forSeconds: 5 * MINUTE,
    keepFiringForSeconds: 5 * MINUTE,
    description: "The interface receives or sends broken packets.",
    remedy: "Check the cable, the port and the driver of that interface.",
  },
  {
    name: "TCP retransmits",
    metric: "system.network.tcp.retransmits",
    match: {},
    aggregate: "avg",
    windowSeconds: 5 * MINUTE,
    thresholds: { warning: 100 },
    forSeconds: 5 * MINUTE,
    keepFiringForSeconds: 5 * MINUTE,
    description: "Many segments are sent a second time: packets get lost on their way.",
    remedy: "Look at drops and errors of the interface, then at the network beyond it.",
  },
  {
    name: "clock step",
    metric: "hostscope.clock.step",
    match: {},
    aggregate: "max",
    windowSeconds: MINUTE,
    thresholds: { info: 5 },
    clearMargin: 0,
    forSeconds: 0,
    keepFiringForSeconds: MINUTE,
    description: "The clock jumped by more than five seconds: it was set, or the machine slept.",
    remedy: "Look at its time service; logs of that moment have gaps or times twice.",
  },
  {
    name: "hostscope",
    metric: "hostscope.store.backlog",
    match: {},
    aggregate: "last",
    windowSeconds: 0,
    thresholds: { warning: 30, critical: 600 },
    forSeconds: 0,
    keepFiringForSeconds: 0,
    clearMargin: 0,
    description: "Samples of this monitor wait in memory: its database takes none.",
    remedy: "Free space on the disk of its data folder; the health check says what the database said.",
  },
  {
    name: "temperature",
    metric: "hw.temperature",
    match: {},
    aggregate: "avg",
    windowSeconds: MINUTE,
    thresholds: { warning: 85, critical: 95 },
    forSeconds: MINUTE,
    keepFiringForSeconds: 2 * MINUTE,
    description: "The hardware is hot and may slow down to protect itself.",
    remedy: "Check fans, dust and the room; find the process that keeps it busy.",
  },
];

/** Five points below a percentage, a tenth below everything else. */
function marginOf(
  thresholds: AlertRule["thresholds"],
  { scale, clear }: { scale: number | undefined; clear: number | undefined },
): number {
  const lowest = Math.min(...Object.values(thresholds).map(Math.abs));
  if (clear !== undefined) return Math.abs(lowest - clear);
  return scale === PERCENT ? 5 * PERCENT : lowest / 10;
}

/** Twelve digits: 95 hundredths are 0.95 and not 0.9500000000000001. */
function scaled(thresholds: AlertRule["thresholds"], scale: number): AlertRule["thresholds"] {
  return Object.fromEntries(
    Object.entries(thresholds).map(([severity, value]) => [severity, Number((value * scale).toPrecision(12))]),
  );
}

function given(config: Pick<ThresholdConfig, Severity>): AlertRule["thresholds"] {
  return Object.fromEntries(
    SEVERITIES.flatMap((severity) => (config[severity] === undefined ? [] : [[severity, config[severity]]])),
  );
}

/** The user's numbers replace the shipped ones; a network threshold above 100 is a rate and no percentage. */
function withThresholds(shipped: Shipped, config: ThresholdConfig | undefined, cores: number): AlertRule {
  const own = config ? given(config) : {};
  let { scale = 1, metric, match } = shipped;
  if (shipped.name === "load") scale = cores;
  if (shipped.name === "network" && Object.values(own).some((value) => value > 100)) {
    metric = "system.network.io";
    match = {};
    scale = 1;
  }
  const thresholds = scaled(Object.keys(own).length > 0 ? own : shipped.thresholds, scale);
  const clear = config?.clear === undefined ? undefined : config.clear * scale;
  const { scale: _scale, ...rule } = shipped;
  return {
    ...rule,
    metric,
    match,
    without: shipped.without ?? [],
    op: shipped.op ?? "above",
    noData: shipped.noData ?? "ok",
    forecastSeconds: shipped.forecastSeconds ?? null,
    channels: shipped.channels ?? null,
    thresholds,
    clearMargin: shipped.clearMargin ?? marginOf(thresholds, { scale: scale === PERCENT ? PERCENT : undefined, clear }),
    forSeconds: config?.for ?? shipped.forSeconds,
  };
}

/** The rule that an entry of `alerts.rules` describes. */
export function ownRule(config: RuleConfig): AlertRule {
  const thresholds = given(config);
  return {
    name: config.name,
    metric: config.metric,
    match: config.match,
    without: [],
    aggregate: config.aggregate,
    windowSeconds: config.window,
    op: config.op,
    thresholds,
    clearMargin: marginOf(thresholds, { scale: undefined, clear: config.clear }),
    forSeconds: config.for,
    keepFiringForSeconds: config.keep_firing_for,
    noData: config.no_data,
    forecastSeconds: config.forecast ?? null,
    channels: config.channels ?? null,
    description: config.description,
    remedy: config.remedy,
  };
}

/** Thresholds of a custom metric, in its own unit; each reading counts. */
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
    clearMargin: marginOf(thresholds, { scale: undefined, clear: config.clear }),
    forSeconds: config.for ?? 0,
    keepFiringForSeconds: 0,
    noData: "ok",
    forecastSeconds: null,
    channels: channels ?? null,
    description: "",
    remedy: "",
  };
}

type RulesConfig = Pick<Config, "thresholds" | "alerts" | "custom_metrics">;

const isThreshold = (name: string): name is ThresholdName => THRESHOLD_NAMES.some((one) => one === name);

/** Every rule with where it comes from. A user's rule of a shipped rule's name takes its place; one may be switched off. */
export function listRules(config: RulesConfig, cores: number): ListedRule[] {
  const disabled = new Set(config.alerts.disabled);
  const replaced = new Set(config.alerts.rules.map(({ name }) => name));
  const listed = (rule: AlertRule, source: ListedRule["source"]): ListedRule => ({
    ...rule,
    source,
    enabled: !disabled.has(rule.name),
  });
  const shipped = SHIPPED.filter(({ name }) => !replaced.has(name)).map((rule) => {
    const thresholds = isThreshold(rule.name) ? config.thresholds[rule.name] : undefined;
    return listed(withThresholds(rule, thresholds, cores), thresholds ? "adjusted" : "shipped");
  });
  const custom = Object.entries(config.custom_metrics).flatMap(([name, { thresholds, notify }]) =>
    thresholds && !replaced.has(name) ? [listed(customRule(name, thresholds, notify), "own")] : [],
  );
  return [...shipped, ...custom, ...config.alerts.rules.map((rule) => listed(ownRule(rule), "own"))];
}

/** The rules that are evaluated. */
export function toRules(config: RulesConfig, cores: number): AlertRule[] {
  return listRules(config, cores)
    .filter(({ enabled }) => enabled)
    .map(({ source: _source, enabled: _enabled, ...rule }) => rule);
}
