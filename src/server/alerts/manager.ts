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
 * notified). What explains an alert is found in ../causes.
 */
import { type Alert, type AlertRule, INACTIVE, type InstanceState, type Transition } from "~/domain/alert";
import { UNKNOWN_CAUSE } from "~/domain/contributor";
import type { Frame } from "~/domain/derive";
import { AppError } from "~/domain/errors";
import type { AlertWriteBatch, StoredInstance } from "~/domain/notification";
import type { Silence } from "~/domain/silence";
import { CauseFinder } from "./cause-finder";
import { causeFields, changedAlert, correctedAlert, firedAlert, measuredAlert } from "./changed-alert";
import { FLAP_WITHIN_MS } from "./flap";
import { type AlertInstance, AlertInstances, countedSeconds } from "./instances";
import type { AlertChange, Explained, ManagerOptions, MessageItem } from "./manager-options";
import { mutedBy } from "./muting";
import { newId } from "./new-id";
import { type DueNotification, instanceKey, NotificationRouter } from "./notification-router";
import { OpenAlerts } from "./open-alerts";

export class AlertManager {
  private readonly instances: AlertInstances;
  private readonly router: NotificationRouter;
  private readonly open = new OpenAlerts();
  private silences: readonly Silence[];
  private rulesByName: ReadonlyMap<string, AlertRule>;
  private saving: Promise<void> = Promise.resolve();
  private readonly causes: CauseFinder;

  constructor(private readonly options: ManagerOptions) {
    this.instances = new AlertInstances(options.rules, options.definitionOf, options.bandOf);
    this.router = new NotificationRouter(options);
    this.silences = options.silences;
    this.causes = new CauseFinder(options);
    this.rulesByName = new Map(options.rules.map((rule) => [rule.name, rule]));
  }

  /** Restores the state of the last run. */
  async restore(now: number): Promise<void> {
    const { records } = this.options;
    this.instances.restore(await records.states());
    for (const alert of await records.firing()) this.open.keep(alert, now);
    this.router.restoreGroups(await records.groups(), now);
    const others = await Promise.all(this.router.knownIds().map((id) => (this.open.byId.has(id) ? null : records.get(id))));
    this.router.restoreFlaps(await records.since(now - FLAP_WITHIN_MS));
    this.router.restoreAlerts(
      [...this.open.byId.values()],
      others.filter((alert) => alert !== null),
      { channelsOf: this.channelsOf, now },
    );
    const orphans = [...this.open.byId.values()].filter((alert) => !this.instances.adopt(alert));
    this.endRemoved(
      orphans.map((alert) => ({ alert, key: instanceKey(alert) })),
      now,
    );
  }

  /** Firing alerts, the highest severity first, then the newest. */
  active(): Alert[] {
    return this.open.sorted();
  }

  /** Whose condition holds, but not yet for as long as their rule wants. */
  pending(): Pick<Alert, "rule" | "severity" | "labels">[] {
    return [...this.instances].flatMap(({ rule, series, state: { phase, severity } }) =>
      phase === "pending" && severity !== null ? [{ rule: rule.name, severity, labels: series.labels }] : [],
    );
  }

  /** True while no alert is firing and no instance is pending. */
  get isInactive(): boolean {
    return this.open.byId.size === 0 && this.instances.areInactive;
  }

  /** Why an alert is muted; null if it is not. */
  mutedBy(alert: Alert, now: number): string | null {
    return mutedBy(alert, { inhibitors: this.open.inhibitors, silences: this.silences }, now);
  }

  setSilences(silences: readonly Silence[]): void {
    this.silences = silences;
  }

  /** Applies new rules and channels; `past` fills reset windows. Resolves alerts whose rule is gone or no longer matches. */
  configure(
    routing: Pick<ManagerOptions, "rules" | "channels" | "timing" | "groupBy" | "escalate">,
    past: (instances: readonly AlertInstance[]) => void,
    now: number,
  ): void {
    const { rules } = routing;
    this.router.configure(routing);
    const { removed, renewed } = this.instances.setRules(rules);
    this.rulesByName = new Map(rules.map((rule) => [rule.name, rule]));
    past(renewed);
    this.endRemoved(removed, now);
  }

  /** Their rule is gone, or looks at something else. */
  private endRemoved(removed: readonly Pick<AlertInstance, "alert" | "key">[], now: number): void {
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
    this.instances.observe(frame, seconds, this.open.byId);
  }

  /**
   * The wall clock was set by `stepMs` before this tick at `now`. Waiting times go on as if it had not been: what is remembered moves
   * with it. An alert that seems to have begun in the future began when it did by the clock that is right now.
   */
  clockWasSet(now: number, stepMs: number): void {
    this.router.clockWasSet(stepMs);
    this.instances.clockWasSet(stepMs);
    const corrected = [...this.open.byId.values()]
      .filter(({ id, startedAt }) => startedAt > now || this.open.isTakenCareOf(id))
      .map((alert) => correctedAlert(alert, now, stepMs));
    for (const alert of corrected) this.replace(alert);
    if (corrected.length > 0) this.commit({ created: [], updated: corrected, states: new Map() }, now);
  }

  /** Evaluates every rule on a new frame. `elapsedSeconds` is the monotonic time since the previous frame. */
  tick(frame: Frame, elapsedSeconds: number, intervalSeconds: number): void {
    const seconds = countedSeconds(elapsedSeconds, intervalSeconds);
    const states = new Map<string, StoredInstance>();
    const changes: AlertChange[] = [];
    this.causes.begin();
    const renewed: Alert[] = [];
    for (const { instance, value, transition, moved } of this.instances.advance(frame, seconds, this.open.byId)) {
      if (instance.alert && value !== null) {
        const before = instance.alert;
        instance.alert = measuredAlert(before, instance, value);
        this.open.replace(instance.alert);
        if (instance.alert.threshold !== before.threshold) renewed.push(instance.alert);
      }
      const cause = instance.alert && !transition ? this.causes.renew(instance, instance.alert, frame.at) : null;
      if (instance.alert && cause) {
        instance.alert = { ...instance.alert, ...causeFields(cause) };
        this.open.replace(instance.alert);
        renewed.push(instance.alert);
      }
      if (transition) changes.push(this.apply(instance, transition, value, frame.at));
      if (moved) states.set(instance.key, { state: instance.state, alertId: instance.alert?.id ?? null });
    }
    const escalationOf = ({ rule }: Alert) => this.rulesByName.get(rule)?.escalate ?? null;
    const policy = { isMuted: (alert: Alert) => this.isMuted(alert, frame.at), channelsOf: this.channelsOf, escalationOf };
    this.router.onTick(this.open.byId, frame.at, policy);
    for (const alert of this.open.takeEndedAcknowledgements(frame.at)) this.router.remind(alert, frame.at, policy);
    const of = (created: boolean) => changes.filter(({ kind }) => (kind === "fired") === created).map(({ alert }) => alert);
    const changed = new Set(changes.map(({ alert }) => alert.id));
    const updated = [...new Map(renewed.map(({ id }) => [id, this.open.byId.get(id)])).values()];
    const stored = updated.filter((alert) => alert !== undefined && !changed.has(alert.id)) as Alert[];
    this.commit({ created: of(true), updated: [...of(false), ...stored], states }, frame.at);
    for (const change of changes) this.options.onChange(change);
  }

  /** Without `forMs` until it resolves or gets worse. */
  async acknowledge(
    id: string,
    { by, note, forMs, now }: { by: string; note: string | null; forMs?: number | undefined; now: number },
  ): Promise<Alert> {
    const acknowledgedUntil = forMs === undefined ? null : now + forMs;
    const acknowledged = await this.change(
      id,
      (alert) => {
        this.open.remember(alert);
        // The first acknowledgement is what the time to acknowledge is measured by.
        const acknowledgedAt = alert.acknowledgedAt ?? now;
        return { ...alert, acknowledgedAt, acknowledgedBy: by, acknowledgedUntil, note: note ?? alert.note };
      },
      now,
    );
    this.open.care(acknowledged, now);
    this.options.onChange({ kind: "acknowledged", alert: acknowledged, at: now });
    return acknowledged;
  }

  /** Takes the last acknowledgement back; reminders and escalation go on. */
  async unacknowledge(id: string, now: number): Promise<Alert> {
    const alert = await this.change(id, (one) => this.open.unacknowledged(one), now);
    this.open.care(alert, now);
    this.options.onChange({ kind: "unacknowledged", alert, at: now });
    return alert;
  }

  /** Resolves an alert by hand. While its condition persists it stays resolved; when that has cleared once, the rule fires again. */
  async resolve(id: string, { note, now }: { note: string | null; now: number }): Promise<Alert> {
    let key: string | null = null;
    let handled: InstanceState = { ...INACTIVE };
    for (const instance of this.instances) {
      if (instance.alert?.id !== id) continue;
      handled = { ...INACTIVE, phase: "resolved", severity: instance.alert.severity };
      instance.alert = null;
      instance.state = handled;
      key = instance.key;
    }
    const resolved = await this.change(
      id,
      (alert) => this.titled({ ...alert, state: "resolved", resolvedAt: alert.resolvedAt ?? now, note: note ?? alert.note }),
      now,
    );
    if (key !== null) this.close(resolved, key, now);
    else this.open.drop(resolved);
    const states = new Map(key === null ? [] : [[key, { state: handled, alertId: null }]]);
    this.commit({ created: [], updated: [], states }, now);
    this.options.onChange({ kind: "resolved", alert: resolved, at: now });
    return resolved;
  }

  /** Takes back that somebody resolved an alert; throws `conflict` when its condition has cleared since. */
  async reopen(id: string, now: number): Promise<Alert> {
    await this.saving;
    const found = await this.options.records.get(id);
    if (!found) throw new AppError("not_found", `There is no alert ${id}.`);
    const key = instanceKey(found);
    const instance = [...this.instances].find((one) => one.key === key && one.state.phase === "resolved");
    if (found.state !== "resolved" || !instance)
      throw new AppError("conflict", "This alert can't be reopened: it is firing, or its condition has cleared since.");
    const alert: Alert = { ...found, state: "firing", resolvedAt: null };
    instance.alert = alert;
    instance.state = { ...INACTIVE, phase: "firing", severity: alert.severity };
    this.open.keep(alert, now);
    this.router.reopen({ alert, channels: this.channelsOf(alert), at: now }, (one) => this.isMuted(one, now));
    const states = new Map([[key, { state: instance.state, alertId: id }]]);
    this.commit({ created: [], updated: [alert], states }, now);
    await this.saving;
    this.options.onChange({ kind: "reopened", alert, at: now });
    return alert;
  }

  private titled(alert: Alert): Alert {
    return { ...alert, message: this.options.headline(alert) };
  }

  /** Something more was seen of what has just fired: explains it anew, if it still fires. */
  explained(id: string, { cause, summary }: Explained, now: number): void {
    const instance = [...this.instances].find(({ alert }) => alert?.id === id);
    if (!instance?.alert) return;
    const alert = { ...instance.alert, summary, ...(cause && { ...causeFields(cause), firstCause: cause.contributors }) };
    this.replace(alert);
    this.commit({ created: [], updated: [alert], states: new Map() }, now);
    this.options.onChange({ kind: "explained", alert, at: now });
  }

  /** Waits until all changes so far are stored. */
  async settled(): Promise<void> {
    await this.saving;
  }

  private async change(id: string, apply: (alert: Alert) => Alert, now: number): Promise<Alert> {
    await this.saving;
    const found = this.open.byId.get(id) ?? (await this.options.records.get(id));
    if (!found) throw new AppError("not_found", `There is no alert ${id}.`);
    const next = apply(found);
    this.replace(next);
    await this.options.records.save({ created: [], updated: [next], states: new Map(), groups: new Map(), outbox: [] }, now);
    return next;
  }

  private replace(next: Alert): void {
    this.open.replace(next);
    for (const instance of this.instances) if (instance.alert?.id === next.id) instance.alert = next;
  }

  private apply(instance: AlertInstance, { kind, severity }: Transition, value: number | null, at: number): AlertChange {
    const id = instance.alert?.id ?? newId(at);
    const cause = kind === "fired" || kind === "escalated" ? this.causes.find(instance, id, at) : null;
    const made = instance.alert
      ? changedAlert(instance.alert, instance, { kind, severity, cause, value, at })
      : firedAlert(instance, { id, severity, cause: cause ?? UNKNOWN_CAUSE, value, at });
    const alert = this.titled(made);
    if (kind === "resolved") {
      instance.alert = null;
      this.close(alert, instance.key, at);
      return { kind, alert, at };
    }
    this.open.keep(alert, at);
    if (kind === "escalated") this.open.care(alert, at);
    instance.alert = alert;
    if (kind !== "eased") this.notify(kind, alert, { key: instance.key, at });
    return { kind, alert, at };
  }

  private close(alert: Alert, key: string, at: number): void {
    this.notify("resolved", alert, { key, at });
    this.open.drop(alert);
    this.causes.forget(alert.id);
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
    const due = this.router.flushDue(this.open.byId, now, (alert) => this.isMuted(alert, now));
    const outbox = due.map(({ channel, events }) => ({
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

  private item({ alert, ...event }: DueNotification["events"][number]): MessageItem {
    const rule = this.rulesByName.get(alert.rule);
    return { ...event, alert, description: rule?.description ?? "", remedy: rule?.remedy ?? "" };
  }
}
