/** The groups of all channels: what each has told, what waits in it, and which of them an alert is in. */
import type { Alert } from "~/domain/alert";
import type { GroupState, NotificationEvent } from "~/domain/notification";
import { addEvents, decideGroup, dueAt, EMPTY_GROUP, type GroupTiming } from "./group";
import { channelOf, groupKey } from "./group-key";

export interface GroupRules {
  timing: GroupTiming;
  groupBy: readonly string[];
}

/** What a flush asks the router. */
export interface FlushPolicy {
  /** True if an event has to wait although its group is due; whoever answers so keeps it. */
  holdBack: (event: NotificationEvent, channel: string) => boolean;
  /** A reminder of an alert; null if it needs none. */
  reminderOf: (alertId: string) => NotificationEvent | null;
}

export class NotificationGroups {
  /** By group key. */
  private readonly groups = new Map<string, GroupState>();
  /** Groups that changed since they were stored. */
  private readonly changed = new Set<string>();
  /** Events since the last flush, by group key. */
  private readonly incoming = new Map<string, NotificationEvent[]>();
  /** The groups that an alert waits in or was told in, by alert id. */
  private readonly homes = new Map<string, Set<string>>();

  constructor(private rules: GroupRules) {}

  /** `alertOf` names the alerts whose groups may be others from now on. */
  configure(rules: GroupRules, alertOf: (id: string) => Alert | undefined): void {
    const isRegrouped = rules.groupBy.join() !== this.rules.groupBy.join();
    this.rules = rules;
    if (isRegrouped) this.regroup(alertOf);
  }

  /** Call `regroup` afterwards. A clock that was ahead in the last run delays nothing in this one. */
  restore(groups: ReadonlyMap<string, GroupState>, now: number): void {
    const latestFlush = now + this.rules.timing.groupIntervalMs;
    for (const [key, state] of groups) {
      const { flushAt } = state;
      const times = mapTimes(state, (at) => Math.min(at, now));
      this.groups.set(key, { ...times, flushAt: flushAt === null ? null : Math.min(flushAt, latestFlush) });
    }
  }

  /** Puts what was told and what waits into the groups of the present `groupBy`: it may have changed while the server was off. */
  regroup(alertOf: (id: string) => Alert | undefined): void {
    const found = new Map<string, GroupState>();
    const join = (key: string, id: string, { flushAt }: GroupState, more: Partial<GroupState>) => {
      const alert = alertOf(id);
      if (!alert) return;
      const to = groupKey(channelOf(key), alert, this.rules.groupBy);
      const known = found.get(to) ?? EMPTY_GROUP;
      found.set(to, {
        pending: [...known.pending, ...(more.pending ?? [])],
        notified: { ...known.notified, ...more.notified },
        flushAt: earlier(known.flushAt, flushAt),
      });
    };
    for (const [key, state] of this.groups) {
      for (const event of state.pending) join(key, event.alertId, state, { pending: [event] });
      for (const [id, told] of Object.entries(state.notified)) join(key, id, state, { notified: { [id]: told } });
    }
    for (const key of [...this.groups.keys()]) if (!found.has(key)) this.set(key, EMPTY_GROUP);
    this.homes.clear();
    for (const [key, state] of found) {
      this.set(key, state);
      for (const id of [...Object.keys(state.notified), ...state.pending.map(({ alertId }) => alertId)]) this.settle(id, key);
    }
  }

  /** Ids of the alerts that wait to be told or were told. */
  knownIds(): string[] {
    const all = [...this.groups.values()].flatMap(({ pending, notified }) => [
      ...pending.map(({ alertId }) => alertId),
      ...Object.keys(notified),
    ]);
    return [...new Set(all)];
  }

  /** Ids of the alerts in messages that are not sent yet. */
  pendingIds(): string[] {
    return [...this.groups.values()].flatMap(({ pending }) => pending.map(({ alertId }) => alertId));
  }

  /** The channels that were told of an alert, or are to be. */
  channelsOf(alertId: string): Set<string> {
    return new Set([...(this.homes.get(alertId) ?? [])].map(channelOf));
  }

  /** Of an alert that waits in another group of the channel, such as that of its severity before, only the newest event is told. */
  queue(channel: string, alert: Alert, event: NotificationEvent): void {
    const key = groupKey(channel, alert, this.rules.groupBy);
    let told = event;
    for (const other of this.homes.get(alert.id) ?? []) {
      if (other === key || channelOf(other) !== channel) continue;
      const state = this.of(other);
      const waiting = state.pending.find(({ alertId }) => alertId === alert.id);
      if (!waiting) continue;
      told = { ...told, kind: waiting.kind === "fired" ? "fired" : told.kind, at: waiting.at };
      this.set(other, { ...state, pending: state.pending.filter((one) => one !== waiting) });
    }
    this.push(key, told);
  }

  /** Whoever was told of an alert is told of its end, whatever has become of its severity. */
  queueEnd(event: NotificationEvent): void {
    for (const key of this.homes.get(event.alertId) ?? []) this.push(key, event);
  }

  /** Drops an end that waits to be told. Returns the channels that were told that the alert fires, and nothing since. */
  takeBackEnd(alertId: string): Set<string> {
    const told = new Set<string>();
    for (const key of this.homes.get(alertId) ?? []) {
      this.remove(key, (event) => event.alertId === alertId && event.kind === "resolved");
      if (alertId in this.of(key).notified) told.add(channelOf(key));
    }
    return told;
  }

  /** What is due now on each of the channels, of all its groups. */
  flush(channels: ReadonlySet<string>, now: number, policy: FlushPolicy): Map<string, NotificationEvent[]> {
    for (const [key, events] of this.incoming) this.set(key, addEvents(this.of(key), events));
    this.incoming.clear();
    const due = new Map<string, NotificationEvent[]>();
    for (const key of [...this.groups.keys()]) {
      const channel = channelOf(key);
      const send = channels.has(channel) ? this.flushGroup(key, now, policy) : [];
      if (send.length > 0) due.set(channel, [...(due.get(channel) ?? []), ...send]);
    }
    return due;
  }

  private flushGroup(key: string, now: number, { holdBack, reminderOf }: FlushPolicy): readonly NotificationEvent[] {
    const { timing } = this.rules;
    const due = dueAt(this.of(key), timing);
    if (due !== null && now >= due) this.remove(key, (event) => holdBack(event, channelOf(key)));
    const before = this.of(key);
    const reminders = (notified: readonly string[]) => notified.flatMap((id) => reminderOf(id) ?? []);
    const { state, send } = decideGroup(before, now, timing, reminders);
    if (state === before) return send;
    const told = send.map((event) => this.withTold(event, channelOf(key)));
    // A group that was looked at, and of which nothing has to be told, need not be stored.
    if (send.length === 0 && state !== EMPTY_GROUP) this.groups.set(key, state);
    else this.set(key, state);
    for (const { alertId } of send) this.movedTo(key, alertId);
    return told;
  }

  private withTold(event: NotificationEvent, channel: string): NotificationEvent {
    for (const key of this.homes.get(event.alertId) ?? []) {
      const told = channelOf(key) === channel ? this.of(key).notified[event.alertId]?.severity : undefined;
      if (told) return { ...event, told };
    }
    return event;
  }

  private remove(key: string, isRemoved: (event: NotificationEvent) => boolean): void {
    const state = this.of(key);
    const pending = state.pending.filter((event) => !isRemoved(event));
    if (pending.length < state.pending.length) this.set(key, { ...state, pending });
  }

  /** What is told here now does not end in another group of the channel too. */
  private movedTo(key: string, alertId: string): void {
    for (const other of this.homes.get(alertId) ?? []) {
      if (other === key || channelOf(other) !== channelOf(key)) continue;
      const state = this.of(other);
      if (alertId in state.notified) this.set(other, { ...state, notified: without(state.notified, (id) => id === alertId) });
    }
  }

  /** Returns the groups that changed since the last call; null for one that has ended. */
  takeChanged(): Map<string, GroupState | null> {
    const changed = new Map([...this.changed].map((key) => [key, this.groups.get(key) ?? null]));
    this.changed.clear();
    return changed;
  }

  /** Forgets the alerts that nobody needs any more. */
  forget(isNeeded: (id: string) => boolean): void {
    for (const [key, group] of this.groups) {
      const isForgotten = (id: string) => !isNeeded(id);
      if (!Object.keys(group.notified).some(isForgotten)) continue;
      this.set(key, { ...group, notified: without(group.notified, isForgotten) });
    }
    for (const id of this.homes.keys()) if (!isNeeded(id)) this.homes.delete(id);
  }

  /** The wall clock was set: waiting times that are under way go on. */
  moveTimes(moved: (at: number) => number): void {
    for (const [key, state] of this.groups) this.set(key, mapTimes(state, moved));
    for (const [key, events] of this.incoming) {
      const later = events.map((event) => ({ ...event, at: moved(event.at) }));
      this.incoming.set(key, later);
    }
  }

  private push(key: string, event: NotificationEvent): void {
    this.settle(event.alertId, key);
    const events = this.incoming.get(key);
    if (events) events.push(event);
    else this.incoming.set(key, [event]);
  }

  private settle(alertId: string, key: string): void {
    const homes = this.homes.get(alertId) ?? new Set<string>();
    this.homes.set(alertId, homes.add(key));
  }

  private of(key: string): GroupState {
    return this.groups.get(key) ?? EMPTY_GROUP;
  }

  private set(key: string, state: GroupState): void {
    if (state.pending.length === 0 && Object.keys(state.notified).length === 0) this.groups.delete(key);
    else this.groups.set(key, state);
    this.changed.add(key);
  }
}

const earlier = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.min(a, b));

function mapTimes(state: GroupState, change: (at: number) => number): GroupState {
  return {
    ...state,
    pending: state.pending.map((event) => ({ ...event, at: change(event.at) })),
    flushAt: state.flushAt === null ? null : change(state.flushAt),
    notified: Object.fromEntries(Object.entries(state.notified).map(([id, told]) => [id, { ...told, at: change(told.at) }])),
  };
}

function without(notified: GroupState["notified"], isOut: (id: string) => boolean): GroupState["notified"] {
  return Object.fromEntries(Object.entries(notified).filter(([id]) => !isOut(id)));
}
