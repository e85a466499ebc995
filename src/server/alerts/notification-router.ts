/**
 * Routes alert transitions to channels, like Alertmanager's dispatcher: grouping, repeats, silences, inhibition and flapping. In:
 * transitions, and a call each tick. Out: messages that are due. Reads no clock and does no I/O.
 */
import type { Alert, Severity } from "~/domain/alert";
import type { GroupState, NotificationEvent } from "~/domain/notification";
import { seriesKey } from "~/domain/sample";
import { addChange, type FlapState, isExpired, isSteadyAgain, STEADY } from "./flap";
import { addEvents, decideGroup, EMPTY_GROUP, type GroupTiming } from "./group";

/** The part of a channel that routing needs. */
export interface Channel {
  name: string;
  severities: readonly Severity[];
}

export interface RouterOptions {
  channels: readonly Channel[];
  timing: GroupTiming & { repeatIntervalMs: number };
}

/** The content of one message. */
export interface DueNotification {
  channel: string;
  events: readonly { kind: NotificationEvent["kind"]; alert: Alert }[];
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
}

export class NotificationRouter {
  private readonly groups = new Map<string, GroupState>();
  /** Groups that changed since they were stored. */
  private readonly changed = new Set<string>();
  /** Events since the last flush, by channel. */
  private readonly incoming = new Map<string, NotificationEvent[]>();
  /** Latest state of the alerts that a message may still name. */
  private readonly latest = new Map<string, Alert>();
  /** Last event of each muted alert, by alert id. */
  private readonly muted = new Map<string, Routed>();
  private readonly flaps = new Map<string, FlapState>();
  private readonly repeatedAt = new Map<string, number>();

  constructor(private options: RouterOptions) {}

  configure(options: RouterOptions): void {
    this.options = options;
  }

  /** Ids of the alerts in messages that are not sent yet. */
  pendingIds(): string[] {
    return [...new Set([...this.groups.values()].flatMap(({ pending }) => pending.map(({ alertId }) => alertId)))];
  }

  /** Restores the groups; call it before `restoreAlerts`. A clock that was ahead in the last run delays nothing in this one. */
  restoreGroups(groups: ReadonlyMap<string, GroupState>, now: number): void {
    for (const [channel, state] of groups)
      this.groups.set(
        channel,
        mapTimes(state, (at) => Math.min(at, now)),
      );
  }

  /** The wall clock was set by `stepMs`: waiting times that are under way go on. */
  clockWasSet(stepMs: number, open: Iterable<Alert>): void {
    for (const { id, startedAt } of open) if (!this.repeatedAt.has(id)) this.repeatedAt.set(id, startedAt);
    const moved = (at: number) => at + stepMs;
    for (const [channel, state] of this.groups) this.setGroup(channel, mapTimes(state, moved));
    for (const [channel, events] of this.incoming) {
      this.incoming.set(
        channel,
        events.map((event) => ({ ...event, at: moved(event.at) })),
      );
    }
    for (const [id, routed] of this.muted) {
      this.muted.set(id, { ...routed, event: { ...routed.event, at: moved(routed.event.at) } });
    }
    for (const [key, state] of this.flaps) this.flaps.set(key, { ...state, changes: state.changes.map(moved) });
    for (const [id, at] of this.repeatedAt) this.repeatedAt.set(id, moved(at));
  }

  /** Queues every firing alert for the channels that have neither sent it nor have it pending. */
  restoreAlerts(open: readonly Alert[], others: readonly Alert[], channelsOf: (alert: Alert) => readonly string[] | null): void {
    for (const alert of [...open, ...others]) this.latest.set(alert.id, alert);
    const lastSent = Math.max(0, ...[...this.groups.values()].map(({ lastSentAt }) => lastSentAt ?? 0));
    const known = new Map(
      this.options.channels.map(({ name }) => {
        const { notified, pending } = this.group(name);
        return [name, new Set([...notified, ...pending.map(({ alertId }) => alertId)])];
      }),
    );
    for (const alert of open) {
      this.repeatedAt.set(alert.id, Math.max(lastSent, alert.startedAt));
      const event: NotificationEvent = { alertId: alert.id, kind: "fired", severity: alert.severity, at: alert.startedAt };
      for (const channel of this.channelsFor(alert, channelsOf(alert))) {
        if (!known.get(channel)?.has(alert.id)) this.queue(channel, event);
      }
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
    if (kind === "resolved") this.repeatedAt.delete(alert.id);
    if (kind !== "escalated") {
      const { state, verdict } = addChange(this.flaps.get(key) ?? STEADY, alert.id, at);
      this.flaps.set(key, state);
      if (verdict === "suppress") return;
      if (verdict === "announce") event.kind = "flapping";
    }
    this.route({ event, alert, channels }, isMuted);
  }

  /** Queues an event for its channels, or holds it back while the alert is muted. */
  private route(routed: Routed, isMuted: IsMuted): void {
    const { event, alert, channels } = routed;
    if (isMuted(alert)) {
      // An alert that fired and resolved while it was muted is not announced at all.
      if (event.kind === "resolved" && this.muted.get(alert.id)?.event.kind === "fired") this.muted.delete(alert.id);
      else this.muted.set(alert.id, routed);
      return;
    }
    this.muted.delete(alert.id);
    this.latest.set(event.alertId, alert);
    for (const channel of this.channelsFor(alert, channels)) this.queue(channel, event);
  }

  /** Called once a tick. Releases events of alerts that are no longer muted, ends flapping, and queues repeats that are due. */
  onTick(open: ReadonlyMap<string, Alert>, now: number, policy: Policy): void {
    const { isMuted, channelsOf } = policy;
    for (const routed of [...this.muted.values()]) if (!isMuted(routed.alert)) this.route(routed, isMuted);
    for (const [key, state] of this.flaps) {
      if (isSteadyAgain(state, now)) this.endFlapping(key, state, { open, now, policy });
      else if (isExpired(state, now)) this.flaps.delete(key);
    }
    for (const alert of open.values()) {
      if (alert.severity !== "critical" || alert.acknowledgedAt !== null) continue;
      const last = this.repeatedAt.get(alert.id) ?? alert.startedAt;
      if (now - last < this.options.timing.repeatIntervalMs || isMuted(alert)) continue;
      this.repeatedAt.set(alert.id, now);
      const event: NotificationEvent = { alertId: alert.id, kind: "repeated", severity: alert.severity, at: now };
      this.route({ event, alert, channels: channelsOf(alert) }, isMuted);
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
    const firing = [...open.values()].find(({ rule, metric, labels }) => key === instanceKey({ rule, metric, labels }));
    const kind = firing ? ("fired" as const) : ("resolved" as const);
    const alert: Alert = firing ?? { ...last, state: "resolved", resolvedAt: last.resolvedAt ?? now };
    const event: NotificationEvent = { alertId: alert.id, kind, severity: alert.severity, at: now };
    this.route({ event, alert, channels: policy.channelsOf(alert) }, policy.isMuted);
  }

  /** Returns the messages that are due. Forgets alerts that no message needs any more, also as notified ones. */
  flushDue(open: ReadonlyMap<string, Alert>, now: number): DueNotification[] {
    const due: DueNotification[] = [];
    for (const [channel, events] of this.incoming) this.setGroup(channel, addEvents(this.group(channel), events));
    this.incoming.clear();
    for (const { name } of this.options.channels) {
      const before = this.group(name);
      if (before.pending.length === 0) continue;
      const { state, send } = decideGroup(before, now, this.options.timing);
      if (send.length === 0) continue;
      this.setGroup(name, state);
      const events = send.flatMap(({ alertId, kind }) => {
        const alert = (kind === "resolved" ? undefined : open.get(alertId)) ?? this.latest.get(alertId);
        return alert ? [{ kind, alert }] : [];
      });
      if (events.length > 0) due.push({ channel: name, events });
    }
    if (due.length > 0) this.forget(open);
    return due;
  }

  /** Returns the groups that changed since the last call. Store them in the same transaction as the change that caused them. */
  takeChanged(): Map<string, GroupState> {
    const changed = new Map([...this.changed].map((channel) => [channel, this.group(channel)]));
    this.changed.clear();
    return changed;
  }

  private forget(open: ReadonlyMap<string, Alert>): void {
    const needed = new Set([...this.pendingIds(), ...[...this.flaps.values()].map(({ announced }) => announced)]);
    for (const id of this.latest.keys()) if (!open.has(id) && !needed.has(id)) this.latest.delete(id);
    for (const id of this.muted.keys()) needed.add(id);
    for (const [channel, group] of this.groups) {
      const notified = group.notified.filter((id) => open.has(id) || needed.has(id));
      if (notified.length < group.notified.length) this.setGroup(channel, { ...group, notified });
    }
  }

  private channelsFor(alert: Alert, wanted: readonly string[] | null): string[] {
    return this.options.channels.flatMap(({ name, severities }) =>
      severities.includes(alert.severity) && (wanted === null || wanted.includes(name)) ? [name] : [],
    );
  }

  private queue(channel: string, event: NotificationEvent): void {
    const events = this.incoming.get(channel);
    if (events) events.push(event);
    else this.incoming.set(channel, [event]);
  }

  private group(channel: string): GroupState {
    return this.groups.get(channel) ?? EMPTY_GROUP;
  }

  private setGroup(channel: string, state: GroupState): void {
    this.groups.set(channel, state);
    this.changed.add(channel);
  }
}

function mapTimes(state: GroupState, change: (at: number) => number): GroupState {
  return {
    ...state,
    pending: state.pending.map((event) => ({ ...event, at: change(event.at) })),
    lastSentAt: state.lastSentAt === null ? null : change(state.lastSentAt),
  };
}

/** Identifies an instance: a rule on one series. */
export function instanceKey({ rule, metric, labels }: Pick<Alert, "rule" | "metric" | "labels">): string {
  return `${rule} ${seriesKey({ metric, labels })}`;
}
