/**
 * Decides when a channel sends a message, with Alertmanager's timers: the first message of a group waits `group_wait`, later ones
 * `group_interval`. Pure.
 */
import { rank, type Severity } from "~/domain/alert";
import type { GroupState, NotificationEvent } from "~/domain/notification";

export const EMPTY_GROUP: GroupState = { pending: [], lastSentAt: null, lastSeverity: null, notified: [] };

export interface GroupTiming {
  groupWaitMs: number;
  groupIntervalMs: number;
}

export interface GroupDecision {
  state: GroupState;
  /** The events to send now as one message; empty when nothing is due. */
  send: readonly NotificationEvent[];
}

/** Adds the events of a tick, in order. Takes them all at once, because a storm can have ten thousand. */
export function addEvents(state: GroupState, events: readonly NotificationEvent[]): GroupState {
  const notified = new Set(state.notified);
  // Do not announce an alert that resolved before its first message.
  const dropped = new Set(
    events.flatMap(({ kind, alertId }) => (kind === "resolved" && !notified.has(alertId) ? [alertId] : [])),
  );
  const pending = [...state.pending, ...events];
  return { ...state, pending: dropped.size === 0 ? pending : pending.filter(({ alertId }) => !dropped.has(alertId)) };
}

function worst(events: readonly NotificationEvent[]): Severity | null {
  return events.reduce<Severity | null>(
    (found, { severity, kind }) => (kind !== "resolved" && rank(severity) > rank(found) ? severity : found),
    null,
  );
}

/**
 * Decides whether the group is due. A rise in severity is sent at once, whatever the timers say. So is the first alert after all
 * announced ones have resolved.
 */
export function decideGroup(state: GroupState, now: number, { groupWaitMs, groupIntervalMs }: GroupTiming): GroupDecision {
  const [first] = state.pending;
  if (!first) return { state, send: [] };
  const severity = worst(state.pending);
  const rises = state.lastSentAt !== null && rank(severity) > rank(state.lastSeverity);
  const dueAt =
    state.lastSentAt === null || state.lastSentAt + groupIntervalMs < first.at
      ? first.at + groupWaitMs
      : state.lastSentAt + groupIntervalMs;
  if (!rises && now < dueAt) return { state, send: [] };
  const notified = new Set(state.notified);
  for (const { alertId, kind } of state.pending) {
    if (kind === "resolved") notified.delete(alertId);
    else notified.add(alertId);
  }
  const next: GroupState = {
    pending: [],
    lastSentAt: now,
    lastSeverity: notified.size === 0 ? null : (severity ?? state.lastSeverity),
    notified: [...notified],
  };
  return { state: next, send: state.pending };
}
