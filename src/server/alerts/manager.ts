/**
 * The entry to alerting.
 *
 * In: a frame each tick; rules, silences, channels and timing at the start and when the configuration changes; what users do to
 * an alert.
 * Out: alerts, instance states, notification groups and outbox messages to `records`, all of one tick in one transaction; every
 * change to `onChange`.
 * Never: reads a clock (times come with the frame or the call); sends a message (compose/alerts.ts delivers what is in the
 * outbox); lets an error of the store stop the next tick.
 *
 * The decisions are pure: evaluate.ts (when a rule fires), muting.ts (silences and inhibition), flap.ts, group.ts (when a group is
 * notified), cause.ts (top contributors).
 */
import { type Alert, type AlertRule, INACTIVE, rank, type TopContributor, type Transition } from "~/domain/alert";
import type { Frame } from "~/domain/derive";
import { AppError } from "~/domain/errors";
import type { DefinitionOf } from "~/domain/metric";
import type { AlertWriteBatch, GroupState, NotificationEvent, StoredInstance } from "~/domain/notification";
import type { Consumer } from "~/domain/process";
import type { Labels } from "~/domain/sample";
import type { Silence } from "~/domain/silence";
import { baselineWindowMs, causeWindowMs, explain } from "./cause";
import { FLAP_WITHIN_MS } from "./flap";
import { type AlertInstance, AlertInstances, countedSeconds } from "./instances";
import { Inhibitors, mutedBy } from "./muting";
import { newId } from "./new-id";
import { NotificationRouter, type RouterOptions } from "./notification-router";

/** What the manager needs from the store. */
export interface AlertRecords {
  save(changes: AlertWriteBatch, now: number): Promise<void>;
  states(): Promise<Map<string, StoredInstance>>;
  groups(): Promise<Map<string, GroupState>>;
  firing(): Promise<Alert[]>;
  /** Alerts that started or resolved since `at`. */
  since(at: number): Promise<Alert[]>;
  get(id: string): Promise<Alert | null>;
}

export interface MessageItem {
  kind: NotificationEvent["kind"];
  alert: Alert;
  description: string;
  remedy: string;
}

export interface AlertChange {
  kind: Transition["kind"] | "acknowledged" | "removed";
  alert: Alert;
  at: number;
}

export interface ManagerOptions extends RouterOptions {
  rules: readonly AlertRule[];
  silences: readonly Silence[];
  records: AlertRecords;
  /** Without it only built-in metrics have a unit while they have no series. */
  definitionOf?: DefinitionOf;
  /** What processes used between two times. */
  consumers: (from: number, to: number) => Consumer[];
  headline: (alert: Alert) => string;
  /** Serializes a message for the notifier of its channel. */
  message: (items: readonly MessageItem[], at: number) => string;
  onChange: (change: AlertChange) => void;
  /** Called when new messages are stored in the outbox. */
  onOutbox: () => void;
  onError: (error: unknown) => void;
}

export class AlertManager {
  private readonly instances: AlertInstances;
  private readonly router: NotificationRouter;
  private readonly open = new Map<string, Alert>();
  private readonly inhibitors = new Inhibitors();
  private silences: readonly Silence[];
  private rulesByName: ReadonlyMap<string, AlertRule>;
  private saving: Promise<void> = Promise.resolve();

  constructor(private readonly options: ManagerOptions) {
    this.instances = new AlertInstances(options.rules, options.definitionOf);
    this.router = new NotificationRouter(options);
    this.silences = options.silences;
    this.rulesByName = new Map(options.rules.map((rule) => [rule.name, rule]));
  }

  /** Restores the state of the last run. */
  async restore(now: number): Promise<void> {
    const { records } = this.options;
    this.instances.restore(await records.states());
    for (const alert of await records.firing()) this.keep(alert);
    this.router.restoreGroups(await records.groups(), now);
    const others = await Promise.all(this.router.pendingIds().map((id) => (this.open.has(id) ? null : records.get(id))));
    this.router.restoreAlerts(
      [...this.open.values()],
      others.filter((alert) => alert !== null),
      this.channelsOf,
    );
    this.router.restoreFlaps(await records.since(now - FLAP_WITHIN_MS));
  }

  /** Firing alerts, the highest severity first, then the newest. */
  active(): Alert[] {
    return [...this.open.values()].sort((a, b) => rank(b.severity) - rank(a.severity) || b.startedAt - a.startedAt);
  }

  /** True while no alert is firing and no instance is pending. */
  get isInactive(): boolean {
    return this.open.size === 0 && this.instances.areInactive;
  }

  /** Why an alert is muted; null if it is not. */
  mutedBy(alert: Alert, now: number): string | null {
    return mutedBy(alert, { inhibitors: this.inhibitors, silences: this.silences }, now);
  }

  setSilences(silences: readonly Silence[]): void {
    this.silences = silences;
  }

  /** Applies new rules and channels; `past` fills reset windows. Resolves alerts whose rule is gone or no longer matches. */
  configure(
    { rules, channels, timing }: Pick<ManagerOptions, "rules" | "channels" | "timing">,
    past: (instances: readonly AlertInstance[]) => void,
    now: number,
  ): void {
    this.router.configure({ channels, timing });
    const { removed, renewed } = this.instances.setRules(rules);
    this.rulesByName = new Map(rules.map((rule) => [rule.name, rule]));
    past(renewed);
    const ended = removed.flatMap(({ alert, key }) => {
      if (!alert) return [];
      const resolved: Alert = { ...alert, state: "resolved", resolvedAt: now, note: alert.note ?? "the rule was removed" };
      this.close(resolved, key, now);
      return [resolved];
    });
    const states = new Map(removed.map(({ key }) => [key, { state: { ...INACTIVE }, alertId: null }]));
    if (states.size > 0) this.commit({ created: [], updated: ended, states }, now);
    for (const alert of ended) this.options.onChange({ kind: "removed", alert, at: now });
  }

  rules(): readonly AlertRule[] {
    return [...this.rulesByName.values()];
  }

  /** Fills the windows of some instances with past frames, oldest first. */
  warmAgain(renewed: readonly AlertInstance[], past: Iterable<{ frame: Frame; seconds: number }>): void {
    this.instances.observeAgain(renewed, past);
  }

  /** Fills the windows with a past frame, without evaluating. */
  warm(frame: Frame, seconds: number): void {
    this.instances.observe(frame, seconds, this.open);
  }

  /**
   * The wall clock was set by `stepMs` before this tick at `now`. Waiting times go on as if it had not been: what is remembered moves
   * with it. An alert that seems to have begun in the future began when it did by the clock that is right now.
   */
  clockWasSet(now: number, stepMs: number): void {
    this.router.clockWasSet(stepMs, this.open.values());
    const corrected = [...this.open.values()]
      .filter(({ startedAt }) => startedAt > now)
      .map((alert) => ({ ...alert, startedAt: Math.min(now, alert.startedAt + stepMs) }));
    for (const alert of corrected) this.replace(alert);
    if (corrected.length > 0) this.commit({ created: [], updated: corrected, states: new Map() }, now);
  }

  /** Evaluates every rule on a new frame. `elapsedSeconds` is the monotonic time since the previous frame. */
  tick(frame: Frame, elapsedSeconds: number, intervalSeconds: number): void {
    const seconds = countedSeconds(elapsedSeconds, intervalSeconds);
    const states = new Map<string, StoredInstance>();
    const changes: AlertChange[] = [];
    const causes = new Map<string, TopContributor[]>();
    for (const { instance, value, transition, moved } of this.instances.advance(frame, seconds, this.open)) {
      if (instance.alert && value !== null) {
        instance.alert = { ...instance.alert, value };
        this.open.set(instance.alert.id, instance.alert);
      }
      if (transition) changes.push(this.apply(instance, transition, { value, at: frame.at, causes }));
      if (moved) states.set(instance.key, { state: instance.state, alertId: instance.alert?.id ?? null });
    }
    this.router.onTick(this.open, frame.at, { isMuted: (alert) => this.isMuted(alert, frame.at), channelsOf: this.channelsOf });
    const of = (created: boolean) => changes.filter(({ kind }) => (kind === "fired") === created).map(({ alert }) => alert);
    this.commit({ created: of(true), updated: of(false), states }, frame.at);
    for (const change of changes) this.options.onChange(change);
  }

  async acknowledge(id: string, { by, note, now }: { by: string; note: string | null; now: number }): Promise<Alert> {
    const acknowledged = await this.change(
      id,
      (alert) => ({ ...alert, acknowledgedAt: alert.acknowledgedAt ?? now, acknowledgedBy: by, note: note ?? alert.note }),
      now,
    );
    this.options.onChange({ kind: "acknowledged", alert: acknowledged, at: now });
    return acknowledged;
  }

  /** Resolves an alert by hand. If its condition persists, the rule fires again after its `for`. */
  async resolve(id: string, { note, now }: { note: string | null; now: number }): Promise<Alert> {
    let key: string | null = null;
    for (const instance of this.instances) {
      if (instance.alert?.id !== id) continue;
      instance.alert = null;
      instance.state = { ...INACTIVE };
      key = instance.key;
    }
    const resolved = await this.change(
      id,
      (alert) => ({ ...alert, state: "resolved", resolvedAt: alert.resolvedAt ?? now, note: note ?? alert.note }),
      now,
    );
    if (key !== null) this.close(resolved, key, now);
    else this.drop(resolved);
    const states = new Map(key === null ? [] : [[key, { state: { ...INACTIVE }, alertId: null }]]);
    this.commit({ created: [], updated: [], states }, now);
    this.options.onChange({ kind: "resolved", alert: resolved, at: now });
    return resolved;
  }

  /** Waits until all changes so far are stored. */
  async settled(): Promise<void> {
    await this.saving;
  }

  private async change(id: string, apply: (alert: Alert) => Alert, now: number): Promise<Alert> {
    await this.saving;
    const found = this.open.get(id) ?? (await this.options.records.get(id));
    if (!found) throw new AppError("not_found", `there is no alert ${id}`);
    const next = apply(found);
    this.replace(next);
    await this.options.records.save({ created: [], updated: [next], states: new Map(), groups: new Map(), outbox: [] }, now);
    return next;
  }

  private replace(next: Alert): void {
    if (this.open.has(next.id)) this.open.set(next.id, next);
    for (const instance of this.instances) if (instance.alert?.id === next.id) instance.alert = next;
  }

  private apply(
    instance: AlertInstance,
    { kind, severity }: Transition,
    { value, at, causes }: { value: number | null; at: number; causes: Map<string, TopContributor[]> },
  ): AlertChange {
    const { rule, series } = instance;
    const threshold = rule.thresholds[severity] ?? null;
    let alert: Alert;
    if (kind === "fired" || !instance.alert) {
      alert = {
        id: newId(at),
        rule: rule.name,
        metric: series.metric,
        labels: series.labels,
        severity,
        state: "firing",
        value,
        threshold,
        unit: series.unit,
        forecastSeconds: rule.forecastSeconds,
        message: "",
        cause: this.cause(instance, at, causes),
        startedAt: at,
        resolvedAt: null,
        acknowledgedAt: null,
        acknowledgedBy: null,
        note: null,
      };
    } else {
      alert = { ...instance.alert, severity, value, threshold: threshold ?? instance.alert.threshold };
      // An escalation needs a new acknowledgement.
      if (kind === "escalated")
        alert = { ...alert, acknowledgedAt: null, acknowledgedBy: null, cause: this.cause(instance, at, causes) };
      if (kind === "resolved") alert = { ...alert, state: "resolved", resolvedAt: at };
    }
    alert = { ...alert, message: this.options.headline(alert) };
    if (kind === "resolved") {
      instance.alert = null;
      this.close(alert, instance.key, at);
      return { kind, alert, at };
    }
    this.keep(alert);
    instance.alert = alert;
    if (kind !== "eased") this.notify(kind, alert, { key: instance.key, at });
    return { kind, alert, at };
  }

  private close(alert: Alert, key: string, at: number): void {
    this.notify("resolved", alert, { key, at });
    this.drop(alert);
  }

  private keep(alert: Alert): void {
    this.open.set(alert.id, alert);
    this.inhibitors.set(alert);
  }

  private drop(alert: Alert): void {
    this.open.delete(alert.id);
    this.inhibitors.delete(alert);
  }

  private notify(kind: "fired" | "escalated" | "resolved", alert: Alert, { key, at }: { key: string; at: number }): void {
    const about = { key, channels: this.channelsOf(alert), isMuted: (one: Alert) => this.isMuted(one, at) };
    this.router.onTransition({ kind, alert, at }, about);
  }

  private readonly channelsOf = ({ rule }: Alert): readonly string[] | null => this.rulesByName.get(rule)?.channels ?? null;

  private isMuted(alert: Alert, now: number): boolean {
    return this.mutedBy(alert, now) !== null;
  }

  /** Stores the changes in one transaction, together with the messages about them. */
  private commit({ created, updated, states }: Pick<AlertWriteBatch, "created" | "updated" | "states">, now: number): void {
    const outbox = this.router.flushDue(this.open, now).map(({ channel, events }) => ({
      id: newId(now),
      channel,
      message: this.options.message(
        events.map((event) => this.item(event)),
        now,
      ),
    }));
    const groups = this.router.takeChanged();
    if (created.length + updated.length + states.size + groups.size + outbox.length === 0) return;
    this.saving = this.saving
      .then(() => this.options.records.save({ created, updated, states, groups, outbox }, now))
      .then(() => {
        if (outbox.length > 0) this.options.onOutbox();
      })
      .catch((error: unknown) => this.options.onError(error));
  }

  private item({ kind, alert }: { kind: NotificationEvent["kind"]; alert: Alert }): MessageItem {
    const rule = this.rulesByName.get(alert.rule);
    return { kind, alert, description: rule?.description ?? "", remedy: rule?.remedy ?? "" };
  }

  /** Alerts of one tick with the same window, metric and process state share one cause. */
  private cause(
    { rule, series: { metric, labels } }: AlertInstance,
    at: number,
    causes: Map<string, TopContributor[]>,
  ): TopContributor[] {
    const key = `${rule.windowSeconds} ${metric} ${labels["process.state"] ?? ""}`;
    let found = causes.get(key);
    if (found) return found;
    try {
      found = this.explain({ metric, labels }, rule.windowSeconds, at);
    } catch (error) {
      // An alert is worth sending even without a cause.
      this.options.onError(error);
      found = [];
    }
    causes.set(key, found);
    return found;
  }

  private explain(about: { metric: string; labels: Labels }, windowSeconds: number, at: number): TopContributor[] {
    const { consumers } = this.options;
    const from = at - causeWindowMs(windowSeconds);
    return explain({ ...about, from }, consumers(from, at), consumers(from - baselineWindowMs(windowSeconds), from));
  }
}
