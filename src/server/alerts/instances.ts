/** Keeps one instance for each rule and series, and evaluates them on each frame. */
import { isDeepStrictEqual } from "node:util";
import { type Alert, type AlertRule, INACTIVE, type InstanceState, type Transition } from "~/domain/alert";
import type { ChartSeries, Frame } from "~/domain/derive";
import { labelsMatch } from "~/domain/match";
import { builtInDefinition, chartUnitOf, type DefinitionOf } from "~/domain/metric";
import type { StoredInstance } from "~/domain/notification";
import { sameLabels } from "~/domain/sample";
import { aggregatorOf, type RuleAggregator } from "./aggregator";
import { evaluate } from "./evaluate";
import { type BandOf, type Judgement, judgementOf, NO_BANDS } from "./judgement";
import { instanceKey } from "./notification-router";
import { COVERAGE } from "./window";

export interface AlertInstance {
  rule: AlertRule;
  series: ChartSeries;
  key: string;
  observer: RuleAggregator;
  state: InstanceState;
  alert: Alert | null;
  /** Stands for the series of a `noData: alert` rule that are not there. */
  isPlaceholder: boolean;
  /** How long its series was in frames. */
  seenSeconds: number;
  /** Since its series was last in a frame. */
  goneSeconds: number;
  /** Its thresholds have changed since it was evaluated. */
  isRuleNew: boolean;
  /** The rule with the thresholds that it was evaluated with last: those of an unusual rule are of the hour. */
  judged: AlertRule;
  /** Of an unusual rule only. */
  judgement: Judgement | null;
}

function ruleMatches(rule: AlertRule, { metric, labels }: Pick<ChartSeries, "metric" | "labels">): boolean {
  return metric === rule.metric && !rule.without.some((label) => label in labels) && labelsMatch(rule.match, labels);
}

/** The placeholder series of a `noData: alert` rule while no real series matches. */
function absentSeries(rule: AlertRule, definitionOf: DefinitionOf): ChartSeries {
  return { metric: rule.metric, labels: rule.match, unit: chartUnitOf(rule.metric, definitionOf) };
}

interface PlannedInstance {
  instance: AlertInstance;
  slot: number;
  /** Where the metric of `atLeast` is, and what it must reach; null without such a condition. */
  size: { slot: number; value: number } | null;
}

/** What one frame changed in an instance. */
export interface InstanceUpdate {
  instance: AlertInstance;
  value: number | null;
  transition: Transition | null;
  /** True if the phase or the severity changed. */
  moved: boolean;
}

/** An instance is forgotten when its series has been gone for longer than its window: nothing of it would count any more. */
const FORGET_AFTER_SECONDS = 60;
/** One that was there for too short a time to have a value in its window is forgotten after this. */
const FORGET_BRIEF_AFTER_SECONDS = 10;

/** A longer gap between samples is a pause. It counts as this many intervals. */
const MAX_INTERVALS = 2;

/**
 * Seconds that a gap adds to windows and to `for`, capped because a suspended machine did nothing meanwhile. NaN, an unknown gap,
 * counts as one interval.
 */
export function countedSeconds(elapsedSeconds: number, intervalSeconds: number): number {
  return Math.min(Number.isNaN(elapsedSeconds) ? intervalSeconds : elapsedSeconds, MAX_INTERVALS * intervalSeconds);
}

export class AlertInstances {
  private readonly byKey = new Map<string, AlertInstance>();
  private readonly restored = new Map<string, StoredInstance>();
  private layout: readonly ChartSeries[] | undefined;
  /** The index of each instance's series in the layout; -1 if it is not there. */
  private plan: PlannedInstance[] = [];

  constructor(
    private rules: readonly AlertRule[],
    private readonly definitionOf: DefinitionOf = builtInDefinition,
    private readonly bandOf: BandOf = NO_BANDS,
  ) {}

  restore(states: ReadonlyMap<string, StoredInstance>): void {
    for (const [key, stored] of states) this.restored.set(key, stored);
  }

  /**
   * Takes over an alert that fired when the server stopped, so that it ends also if its series never comes back. False if no rule looks at
   * that series any more.
   */
  adopt(alert: Alert): boolean {
    const rule = this.rules.find(({ name }) => name === alert.rule);
    const isAbsent = rule?.noData === "alert" && alert.metric === rule.metric && sameLabels(alert.labels, rule.match);
    if (!rule || !(ruleMatches(rule, alert) || isAbsent)) return false;
    const open = new Map([[alert.id, alert]]);
    const { metric, labels, unit } = alert;
    const { state, ...instance } = isAbsent ? this.placeholder(rule, open) : this.instance(rule, { metric, labels, unit }, open);
    const adopted = {
      ...instance,
      alert,
      state: state.phase === "firing" ? state : { ...INACTIVE, phase: "firing" as const, severity: alert.severity },
    };
    this.byKey.set(adopted.key, adopted);
    return true;
  }

  *[Symbol.iterator](): Generator<AlertInstance> {
    yield* this.byKey.values();
  }

  get areInactive(): boolean {
    for (const { state } of this.byKey.values()) if (state.phase !== "inactive") return false;
    return true;
  }

  /** Matches the rules to the series of a frame. Does nothing while the layout stays the same. */
  private arrange(series: readonly ChartSeries[], open: ReadonlyMap<string, Alert>): void {
    if (series === this.layout) return;
    this.layout = series;
    const slots = new Map<string, number>();
    for (const rule of this.rules) {
      let found = false;
      series.forEach((one, slot) => {
        if (!ruleMatches(rule, one)) return;
        found = true;
        slots.set(this.instance(rule, one, open).key, slot);
      });
      const known = [...this.byKey.values()].some((instance) => instance.rule.name === rule.name);
      if (!found && !known && rule.noData === "alert") this.placeholder(rule, open);
    }
    this.dropAbsent(slots);
    // Instances whose series disappeared stay for a while, without readings.
    this.plan = [...this.byKey.values()].map((instance) => ({
      instance,
      slot: slots.get(instance.key) ?? -1,
      size: sizeOf(instance, series),
    }));
  }

  /** Times in windows move with the wall clock. */
  clockWasSet(stepMs: number): void {
    for (const { observer } of this.byKey.values()) observer.clockWasSet(stepMs);
  }

  /** Adds a frame to the windows, without evaluating. */
  observe(frame: Frame, seconds: number, open: ReadonlyMap<string, Alert>): void {
    this.arrange(frame.series, open);
    for (const one of this.plan) one.instance.observer.add(plannedReading(frame, one), seconds, frame.at);
  }

  /** Adds frames to the windows of some instances only. */
  observeAgain(some: readonly AlertInstance[], past: Iterable<{ frame: Frame; seconds: number }>): void {
    if (some.length === 0) return;
    for (const { frame, seconds } of past) {
      for (const instance of some) {
        const slot = frame.series.findIndex((one) => sameSeries(instance.series, one));
        const planned = { instance, slot, size: sizeOf(instance, frame.series) };
        instance.observer.add(plannedReading(frame, planned), seconds, frame.at);
      }
    }
  }

  /** Evaluates every rule on a frame, for the live server and for backtests. */
  *advance(frame: Frame, seconds: number, open: ReadonlyMap<string, Alert>): Generator<InstanceUpdate> {
    this.arrange(frame.series, open);
    for (const planned of this.plan) {
      const { instance } = planned;
      const reading = plannedReading(frame, planned);
      instance.observer.add(reading, seconds, frame.at);
      const value = this.judge(instance, instance.observer.value(), frame.at);
      const { judged: rule, state: previous, isRuleNew } = instance;
      const { state, transition } = evaluate({
        rule,
        previous,
        value,
        elapsedSeconds: seconds,
        isRuleNew,
        isFilling: !Number.isNaN(reading),
      });
      if (value !== null) instance.isRuleNew = false;
      const moved = state.phase !== instance.state.phase || state.severity !== instance.state.severity;
      instance.state = state;
      if (transition || moved || instance.alert) yield { instance, value, transition, moved };
      if (planned.slot < 0) instance.goneSeconds += seconds;
      else {
        instance.goneSeconds = 0;
        instance.seenSeconds += seconds;
      }
    }
    this.forgetGone();
  }

  /**
   * Chooses the thresholds that a value is compared with. While it is not known what is usual, what has not fired is calm, and what has
   * stays as it is: null is no reading.
   */
  private judge(instance: AlertInstance, value: number | null, at: number): number | null {
    const { rule } = instance;
    if (!rule.unusual || value === null) return value;
    const { judgement } = instance;
    if (!judgement || at >= judgement.until || at < judgement.from)
      instance.judgement = judgementOf(rule, this.bandOf(instance.series, at), at);
    const limits = instance.judgement?.limits;
    if (!limits) {
      instance.judged = rule;
      return instance.state.phase === "firing" || instance.state.phase === "resolved" ? null : value;
    }
    instance.judged = value < limits.middle ? limits.below : limits.above;
    return value;
  }

  /** A machine that starts a thousand containers a day has a thousand names that never come back. */
  private forgetGone(): void {
    const isGone = ({ rule, isPlaceholder, state, alert, seenSeconds, goneSeconds }: AlertInstance) =>
      goneSeconds >
        (seenSeconds < COVERAGE * rule.windowSeconds ? FORGET_BRIEF_AFTER_SECONDS : rule.windowSeconds + FORGET_AFTER_SECONDS) &&
      state.phase === "inactive" &&
      alert === null &&
      !isPlaceholder;
    if (!this.plan.some(({ instance, slot }) => slot < 0 && isGone(instance))) return;
    for (const { instance } of this.plan) if (isGone(instance)) this.byKey.delete(instance.key);
    this.plan = this.plan.filter(({ instance }) => this.byKey.has(instance.key));
  }

  /**
   * Applies new rules. An instance keeps its state; its window is reset (`renewed`) if window, forecast, aggregate or operator
   * changed. `removed` are the instances whose rule is gone or no longer matches their series.
   */
  setRules(rules: readonly AlertRule[]): { removed: AlertInstance[]; renewed: AlertInstance[] } {
    const byName = new Map(rules.map((rule) => [rule.name, rule]));
    const removed: AlertInstance[] = [];
    const renewed: AlertInstance[] = [];
    for (const instance of this.byKey.values()) {
      const { rule: before, series } = instance;
      const rule = byName.get(before.name);
      const absent =
        instance.isPlaceholder &&
        rule?.noData === "alert" &&
        series.metric === rule.metric &&
        sameLabels(series.labels, rule.match);
      if (!rule || !(ruleMatches(rule, series) || absent)) {
        this.byKey.delete(instance.key);
        removed.push(instance);
        continue;
      }
      instance.rule = rule;
      instance.judged = rule;
      instance.judgement = null;
      instance.isRuleNew ||= !isDeepStrictEqual(before.thresholds, rule.thresholds) || before.clearMargin !== rule.clearMargin;
      const same = before.windowSeconds === rule.windowSeconds && before.forecastSeconds === rule.forecastSeconds;
      if (same && before.aggregate === rule.aggregate && before.op === rule.op) continue;
      instance.observer = aggregatorOf(rule);
      renewed.push(instance);
    }
    this.rules = rules;
    this.layout = undefined;
    return { removed, renewed };
  }

  private placeholder(rule: AlertRule, open: ReadonlyMap<string, Alert>): AlertInstance {
    const instance = this.instance(rule, absentSeries(rule, this.definitionOf), open);
    instance.isPlaceholder = true;
    return instance;
  }

  private instance(rule: AlertRule, series: ChartSeries, open: ReadonlyMap<string, Alert>): AlertInstance {
    const key = instanceKey({ rule: rule.name, metric: series.metric, labels: series.labels });
    let instance = this.byKey.get(key);
    if (!instance) {
      const stored = this.restored.get(key);
      this.restored.delete(key);
      const alert = stored?.alertId ? (open.get(stored.alertId) ?? null) : null;
      // How long a condition has held is not known after a restart: it is waited for anew.
      const isKept = stored && (stored.state.phase === "resolved" || (stored.state.phase === "firing" && alert));
      const state = isKept ? stored.state : { ...INACTIVE };
      instance = {
        rule,
        series,
        key,
        observer: aggregatorOf(rule),
        state,
        alert,
        isPlaceholder: false,
        seenSeconds: 0,
        goneSeconds: 0,
        isRuleNew: false,
        judged: rule,
        judgement: null,
      };
      this.byKey.set(key, instance);
    }
    return instance;
  }

  /**
   * Drops the placeholder of a `noData: alert` rule once a real series matches. That series takes over the placeholder's alert,
   * so that its readings resolve it.
   */
  private dropAbsent(slots: ReadonlyMap<string, number>): void {
    for (const instance of this.byKey.values()) {
      if (slots.has(instance.key) || instance.rule.noData !== "alert") continue;
      if (!instance.isPlaceholder) continue;
      const { rule } = instance;
      const arrived = [...this.byKey.values()].find((one) => one.rule === rule && slots.has(one.key));
      if (!arrived) continue;
      this.byKey.delete(instance.key);
      if (arrived.alert || !instance.alert) continue;
      arrived.alert = instance.alert;
      arrived.state = instance.state;
    }
  }
}

function sameSeries(a: Pick<ChartSeries, "metric" | "labels">, b: Pick<ChartSeries, "metric" | "labels">): boolean {
  return a.metric === b.metric && sameLabels(a.labels, b.labels);
}

function readingAt({ values }: Frame, slot: number): number {
  return slot < 0 ? Number.NaN : (values[slot] as number);
}

function sizeOf({ rule, series }: AlertInstance, layout: readonly ChartSeries[]): PlannedInstance["size"] {
  const { atLeast } = rule;
  if (!atLeast || !labelsMatch(atLeast.match, series.labels)) return null;
  const slot = layout.findIndex((one) => sameSeries({ metric: atLeast.metric, labels: series.labels }, one));
  return { slot, value: atLeast.value };
}

/** No reading while what the rule looks at is too small. */
function plannedReading(frame: Frame, { slot, size }: PlannedInstance): number {
  return size && !(readingAt(frame, size.slot) >= size.value) ? Number.NaN : readingAt(frame, slot);
}
