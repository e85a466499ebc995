/**
 * Routes alert transitions to channels, like Alertmanager's dispatcher: grouping, repeats, silences, inhibition and flapping. In:
 * transitions, and a call each tick. Out: messages that are due. Reads no clock and does no I/O.
 */
import { type Alert, type AlertRule, type EscalationStep, isAcknowledged, type Severity } from "~/domain/alert";
import type { GroupState, NotificationEvent } from "~/domain/notification";
import { seriesKey } from "~/domain/sample";
import { addChange, type FlapState, isExpired, isSteadyAgain, STEADY } from "./flap";
import { type GroupTiming, worstFirst } from "./group";
import { NotificationGroups } from "./notification-groups";

/** The part of a channel that routing needs. */
export interface Channel {
  name: string;
  severities: readonly Severity[];
}

export interface RouterOptions {
  channels: readonly Channel[];
  timing: GroupTiming;
  /** Who is told when nobody has acknowledged an alert for some time, of rules without steps of their own. */
  escalate: readonly EscalationStep[];
  rules: readonly Pick<AlertRule, "escalate">[];
  /** Labels whose values tell groups apart; `rule`, `severity` and `metric` are the alert's own. */
  groupBy: readonly string[];
}

/** The content of one message. */
export interface DueNotification {
  channel: string;
  events: readonly (Pick<NotificationEvent, "kind" | "told"> & { alert: Alert })[];
}

type IsMuted = (alert: Alert) => boolean;

/** An event and the route of its rule. */
interface Routed {
  event: NotificationEvent;
  alert: Alert;
  /** The rule's channels; null for all. */
  channels: readonly string[] | null;
}

/** What the router needs to know about alerts. */
interface Policy {
  isMuted: IsMuted;
  channelsOf: (alert: Alert) => readonly string[] | null;
  /** The steps of the alert's rule; null for those of the options. */
  escalationOf: (alert: Alert) => readonly EscalationStep[] | null;
}

export class NotificationRouter {
  private readonly groups: NotificationGroups;
  /** Latest state of the alerts that a message may still name. */
  private readonly latest = new Map<string, Alert>();
  /** Last event of each muted alert, by alert id. */
  private readonly muted = new Map<string, Routed>();
  /** By instance: between firing and resolved, and from one severity to a higher one. */
  private readonly flaps = new Map<string, FlapState>();
  private readonly swings = new Map<string, FlapState>();
  /** Since when open alerts fire, by the clock that is set now. */
  private readonly since = new Map<string, number>();

  /** Channels of escalations, also of single rules: nothing else is told to them, unless a rule names them. */
  private escalations: ReadonlySet<string>;

  constructor(private options: RouterOptions) {
    this.groups = new NotificationGroups(options);
    this.escalations = escalationsOf(options);
  }

  configure(options: RouterOptions): void {
    this.options = options;
    this.escalations = escalationsOf(options);
    this.groups.configure(options, (id) => this.latest.get(id));
  }

  /** Ids of the alerts that wait to be told or were told. */
  knownIds(): string[] {
    return this.groups.knownIds();
  }

  /** Restores the groups; call it and `restoreFlaps` before `restoreAlerts`. */
  restoreGroups(groups: ReadonlyMap<string, GroupState>, now: number): void {
    this.groups.restore(groups, now);
  }

  /** The wall clock was set by `stepMs`: waiting times that are under way go on. */
  clockWasSet(stepMs: number): void {
    const moved = (at: number) => at + stepMs;
    this.groups.moveTimes(moved);
    for (const [id, at] of this.since) this.since.set(id, moved(at));
    for (const [id, routed] of this.muted) {
      this.muted.set(id, { ...routed, event: { ...routed.event, at: moved(routed.event.at) } });
    }
    for (const counted of [this.flaps, this.swings]) {
      for (const [key, state] of counted) counted.set(key, { ...state, changes: state.changes.map(moved) });
    }
  }

  /** Queues every firing alert for the channels that have neither sent it nor have it pending, and the ends that nobody was told of. */
  restoreAlerts(
    open: readonly Alert[],
    others: readonly Alert[],
    { channelsOf, now }: Pick<Policy, "channelsOf"> & { now: number },
  ): void {
    for (const alert of [...open, ...others]) this.latest.set(alert.id, alert);
    this.groups.regroup((id) => this.latest.get(id));
    for (const alert of open) {
      // While it flaps, what was announced stands for it.
      if ((this.flaps.get(instanceKey(alert)) ?? STEADY).announced !== null) continue;
      const known = this.groups.channelsOf(alert.id);
      const event: NotificationEvent = { alertId: alert.id, kind: "fired", severity: alert.severity, at: alert.startedAt };
      for (const channel of this.channelsFor(alert, channelsOf(alert))) {
        if (!known.has(channel)) this.groups.queue(channel, alert, event);
      }
    }
    // What ended while it was silenced, or just before the server did.
    const flapping = new Set([...this.flaps.values()].map(({ announced }) => announced));
    for (const { id, state, severity, resolvedAt } of others) {
      if (state !== "resolved" || flapping.has(id)) continue;
      this.groups.queueEnd({ alertId: id, kind: "resolved", severity, at: resolvedAt ?? now });
    }
  }

  /** Counts the changes of the last run towards flapping. Alerts in any order. */
  restoreFlaps(alerts: readonly Alert[]): void {
    const changes = alerts.flatMap((alert) =>
      [alert.startedAt, alert.resolvedAt].flatMap((at) => (at === null ? [] : [{ alert, at }])),
    );
    for (const { alert, at } of changes.sort((a, b) => a.at - b.at)) {
      const key = instanceKey(alert);
      const { state } = addChange(this.flaps.get(key) ?? STEADY, alert.id, at);
      this.flaps.set(key, state);
      if (state.announced === alert.id) this.latest.set(alert.id, alert);
    }
  }

  /** Handles a fired, escalated or resolved alert. `key` identifies rule and series, since flapping spans several alerts. */
  onTransition(
    { kind, alert, at }: { kind: "fired" | "escalated" | "resolved"; alert: Alert; at: number },
    { key, channels, isMuted }: { key: string; channels: readonly string[] | null; isMuted: IsMuted },
  ): void {
    const event: NotificationEvent = { alertId: alert.id, kind, severity: alert.severity, at };
    // Swings between two severities are counted by themselves: an alert that rises once and ends does not flap.
    const changes = kind === "escalated" ? this.swings : this.flaps;
    const { state, verdict } = addChange(changes.get(key) ?? STEADY, alert.id, at);
    changes.set(key, state);
    if (verdict === "suppress") return;
    if (verdict === "announce") event.kind = "flapping";
    this.route({ event, alert, channels }, isMuted);
  }

  /** Queues an event for its channels, or holds it back while the alert is muted. */
  private route(routed: Routed, isMuted: IsMuted): void {
    const { event, alert, channels } = routed;
    // An end takes back what waits to be told: an alert that was over before anybody heard of it is not announced at all.
    if (event.kind !== "resolved" && isMuted(alert)) {
      this.muted.set(alert.id, routed);
      return;
    }
    this.muted.delete(alert.id);
    this.latest.set(event.alertId, alert);
    if (event.kind === "resolved") this.groups.queueEnd(event);
    else for (const channel of this.channelsFor(alert, channels)) this.groups.queue(channel, alert, event);
  }

  /** Somebody has taken back that an alert is resolved: an end that waits is not told, and whoever was told of it hears that it fires. */
  reopen({ alert, channels, at }: Pick<Routed, "alert" | "channels"> & { at: number }, isMuted: IsMuted): void {
    this.latest.set(alert.id, alert);
    const told = this.groups.takeBackEnd(alert.id);
    const others = this.channelsFor(alert, channels).filter((channel) => !told.has(channel));
    const event: NotificationEvent = { alertId: alert.id, kind: "fired", severity: alert.severity, at };
    if (others.length > 0) this.route({ event, alert, channels: others }, isMuted);
  }

  /** Says again that an alert fires: its acknowledgement has ended. */
  remind(alert: Alert, now: number, { isMuted, channelsOf }: Policy): void {
    const event: NotificationEvent = { alertId: alert.id, kind: "repeated", severity: alert.severity, at: now };
    this.route({ event, alert, channels: channelsOf(alert) }, isMuted);
  }

  /** Called once a tick. Releases events of alerts that are no longer muted, and ends flapping. */
  onTick(open: ReadonlyMap<string, Alert>, now: number, policy: Policy): void {
    const { isMuted } = policy;
    for (const routed of [...this.muted.values()]) if (!isMuted(routed.alert)) this.route(routed, isMuted);
    for (const [key, state] of this.flaps) {
      if (isSteadyAgain(state, now)) this.endFlapping(key, state, { open, now, policy });
      else if (isExpired(state, now)) this.flaps.delete(key);
    }
    this.escalate(open, now, policy);
    for (const [key, state] of this.swings) if (isSteadyAgain(state, now) || isExpired(state, now)) this.swings.delete(key);
  }

  /** Tells further channels of alerts that nobody has acknowledged for long enough. */
  private escalate(open: ReadonlyMap<string, Alert>, now: number, { isMuted, escalationOf }: Policy): void {
    for (const id of this.since.keys()) if (!open.has(id)) this.since.delete(id);
    for (const alert of open.values()) {
      const steps = escalationOf(alert) ?? this.options.escalate;
      if (steps.length === 0) continue;
      const since = this.since.get(alert.id) ?? alert.startedAt;
      this.since.set(alert.id, since);
      if (isAcknowledged(alert, now) || isMuted(alert)) continue;
      const told = this.groups.channelsOf(alert.id);
      for (const { afterSeconds, channels } of steps) {
        if (now - since < afterSeconds * 1000) break;
        for (const channel of channels) {
          if (told.has(channel)) continue;
          this.latest.set(alert.id, alert);
          // It has waited long enough.
          const event: NotificationEvent = { alertId: alert.id, kind: "fired", severity: alert.severity, at: since };
          this.groups.queue(channel, alert, event);
        }
      }
    }
  }

  /** Announces the current state of an alert that has stopped flapping. */
  private endFlapping(
    key: string,
    { announced }: FlapState,
    { open, now, policy }: { open: ReadonlyMap<string, Alert>; now: number; policy: Policy },
  ): void {
    this.flaps.delete(key);
    const last = announced === null ? undefined : this.latest.get(announced);
    if (!last) return;
    const firing = [...open.values()].find((alert) => key === instanceKey(alert));
    // Some receivers have an incident for each alert: the announced one ends, and the one that fires steadily begins.
    if (firing && firing.id !== announced)
      this.groups.queueEnd({ alertId: last.id, kind: "resolved", severity: last.severity, at: now });
    const kind = firing ? ("fired" as const) : ("resolved" as const);
    const alert: Alert = firing ?? { ...last, state: "resolved", resolvedAt: last.resolvedAt ?? now };
    const event: NotificationEvent = { alertId: alert.id, kind, severity: alert.severity, at: now };
    this.route({ event, alert, channels: policy.channelsOf(alert) }, policy.isMuted);
  }

  /**
   * Returns the messages that are due: one a channel, of all its groups. Forgets alerts that no message needs any more, also as notified
   * ones.
   */
  flushDue(open: ReadonlyMap<string, Alert>, now: number, isMuted: IsMuted): DueNotification[] {
    const due = this.groups.flush(new Set(this.options.channels.map(({ name }) => name)), now, {
      holdBack: (event, channel) => {
        const alert = open.get(event.alertId);
        // A reminder that waited while somebody took care of it reminds nobody.
        const isIdle = event.kind === "repeated" && alert !== undefined && isAcknowledged(alert, now);
        return isIdle || this.holdBack(event, channel, isMuted);
      },
      reminderOf(id) {
        const alert = open.get(id);
        if (!alert || isAcknowledged(alert, now) || isMuted(alert)) return null;
        return { alertId: id, kind: "repeated", severity: alert.severity, at: now };
      },
    });
    const messages = [...due].flatMap(([channel, send]) => {
      const events = worstFirst(send).flatMap(({ alertId, kind, told }) => {
        const alert = (kind === "resolved" ? undefined : open.get(alertId)) ?? this.latest.get(alertId);
        return alert ? [{ kind, alert, ...(told && { told }) }] : [];
      });
      return events.length > 0 ? [{ channel, events }] : [];
    });
    if (due.size > 0) this.forget(open);
    return messages;
  }

  /** An alert that was silenced while its message waited is told when the silence ends. */
  private holdBack(event: NotificationEvent, channel: string, isMuted: IsMuted): boolean {
    const alert = this.latest.get(event.alertId);
    if (!alert || !isMuted(alert)) return false;
    const held = this.muted.get(alert.id);
    // All channels are to be told of a newer event already.
    if (held?.channels === null) return true;
    this.muted.set(alert.id, { event, alert, channels: [channel, ...(held?.channels ?? [])] });
    return true;
  }

  /** Returns the groups that changed since the last call. Store them in the same transaction as the change that caused them. */
  takeChanged(): Map<string, GroupState | null> {
    return this.groups.takeChanged();
  }

  private forget(open: ReadonlyMap<string, Alert>): void {
    const needed = new Set([...this.groups.pendingIds(), ...[...this.flaps.values()].map(({ announced }) => announced)]);
    for (const id of this.latest.keys()) if (!open.has(id) && !needed.has(id)) this.latest.delete(id);
    for (const id of this.muted.keys()) needed.add(id);
    this.groups.forget((id) => open.has(id) || needed.has(id));
  }

  private channelsFor(alert: Alert, wanted: readonly string[] | null): string[] {
    const isWanted = (name: string) => (wanted === null ? !this.escalations.has(name) : wanted.includes(name));
    return this.options.channels.flatMap(({ name, severities }) =>
      severities.includes(alert.severity) && isWanted(name) ? [name] : [],
    );
  }
}

function escalationsOf({ escalate, rules }: RouterOptions): Set<string> {
  const steps = [...escalate, ...rules.flatMap((rule) => rule.escalate ?? [])];
  return new Set(steps.flatMap(({ channels }) => channels));
}

/** Identifies an instance: a rule on one series. */
export function instanceKey({ rule, metric, labels }: Pick<Alert, "rule" | "metric" | "labels">): string {
  return `${rule} ${seriesKey({ metric, labels })}`;
}
