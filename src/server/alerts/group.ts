/**
 * Decides when a group of alerts is told, with Alertmanager's timers: a new group waits `group_wait` for its company, then it is looked at
 * each `group_interval`, and told when something has changed or `repeat_interval` has passed. One difference: a critical alert that is
 * new to a group that was told waits `group_wait` only. Pure.
 */
import { rank } from "~/domain/alert";
import type { GroupState, NotificationEvent } from "~/domain/notification";

export const EMPTY_GROUP: GroupState = { pending: [], flushAt: null, notified: {} };

export interface GroupTiming {
  groupWaitMs: number;
  groupIntervalMs: number;
  repeatIntervalMs: number;
}

export interface GroupDecision {
  state: GroupState;
  /** The events to send now as one message; empty when nothing is due. */
  send: readonly NotificationEvent[];
}

/** Adds the events of a tick, in order. Takes them all at once, because a storm can have ten thousand. */
export function addEvents(state: GroupState, events: readonly NotificationEvent[]): GroupState {
  const { notified } = state;
  const pending = new Map(state.pending.map((event) => [event.alertId, event]));
  for (const event of events) {
    const merged = mergedWith(pending.get(event.alertId), event, event.alertId in notified);
    if (merged) pending.set(event.alertId, merged);
    else pending.delete(event.alertId);
  }
  return { ...state, pending: [...pending.values()] };
}

/** A message names an alert once, in its last state. Null when there is nothing to tell: it was over before anybody heard of it. */
function mergedWith(
  before: NotificationEvent | undefined,
  event: NotificationEvent,
  isNotified: boolean,
): NotificationEvent | null {
  if (event.kind === "resolved") return isNotified ? { ...event, at: before?.at ?? event.at } : null;
  if (!before) return event;
  const kind = before.kind === "fired" && event.kind === "escalated" ? "fired" : event.kind;
  return { ...event, kind, at: before.at };
}

/** The next moment at which a message may leave; null when nothing waits. */
export function dueAt({ pending, flushAt, notified }: GroupState, { groupWaitMs }: GroupTiming): number | null {
  const [first] = pending;
  if (flushAt === null) return first ? first.at + groupWaitMs : null;
  if (!first) return flushAt;
  const isUrgent = ({ kind, severity, alertId }: NotificationEvent) =>
    severity === "critical" && kind !== "resolved" && kind !== "repeated" && !(alertId in notified);
  const urgent = pending.find(isUrgent);
  return urgent ? Math.min(flushAt, urgent.at + groupWaitMs) : flushAt;
}

/**
 * `reminders` are those of some alerts that still fire and that nobody has acknowledged. When it is time for one, all of the group are told
 * again, in one message.
 */
export function decideGroup(
  state: GroupState,
  now: number,
  timing: GroupTiming,
  reminders: (notified: readonly string[]) => readonly NotificationEvent[] = () => [],
): GroupDecision {
  // A group of which nothing is told is a new group.
  if (state.pending.length === 0 && Object.keys(state.notified).length === 0) return { state: EMPTY_GROUP, send: [] };
  const due = dueAt(state, timing);
  if (due === null || now < due) return { state, send: [] };
  const changed = new Set(state.pending.map(({ alertId }) => alertId));
  const silent = reminders(Object.keys(state.notified)).filter(({ alertId }) => !changed.has(alertId));
  const isTimeToRepeat = ({ alertId }: NotificationEvent) => now - (state.notified[alertId]?.at ?? 0) >= timing.repeatIntervalMs;
  const repeated = silent.some(isTimeToRepeat) ? silent : [];
  const send = [...state.pending, ...repeated];
  const flushAt = now + timing.groupIntervalMs;
  if (send.length === 0) return { state: { ...state, flushAt }, send };
  const notified = new Map(Object.entries(state.notified));
  for (const { alertId, kind, severity } of send) {
    if (kind === "resolved") notified.delete(alertId);
    else notified.set(alertId, { at: now, severity });
  }
  if (notified.size === 0) return { state: EMPTY_GROUP, send };
  return { state: { pending: [], flushAt, notified: Object.fromEntries(notified) }, send };
}

/** Those that are worst first: a message has room for some only. */
export function worstFirst(events: readonly NotificationEvent[]): NotificationEvent[] {
  const weight = ({ kind, severity }: NotificationEvent) => (kind === "resolved" ? -1 : rank(severity));
  return [...events].sort((a, b) => weight(b) - weight(a));
}
