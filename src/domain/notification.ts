/** What the alert engine keeps between ticks and hands to its store: states, groups and messages. */
import type { Alert, AlertState, Severity } from "./alert";

/** Something that happened to an alert, as a group of notifications takes it in. */
export interface NotificationEvent {
  alertId: string;
  kind: "fired" | "escalated" | "resolved" | "repeated" | "flapping";
  severity: Severity;
  /** Epoch milliseconds. */
  at: number;
}

/** The notification log of one channel, and what it has yet to send. */
export interface GroupState {
  pending: readonly NotificationEvent[];
  /** Epoch milliseconds of the last message, null before the first. */
  lastSentAt: number | null;
  /** The worst severity of the last message. */
  lastSeverity: Severity | null;
  /** Ids of the alerts that a message has named as firing: only those are named again when they resolve. */
  notified: readonly string[];
}

/** The state of a rule on one series, and the alert that it has open. */
export interface InstanceState {
  state: AlertState;
  alertId: string | null;
}

/** A message for one channel. `id` is the receiver's key against duplicates. */
export interface OutboxMessage {
  id: string;
  channel: string;
  /** JSON, as the notifier of the channel reads it. */
  message: string;
}

/** A message in the outbox and how often it was tried. */
export interface OutboxEntry extends OutboxMessage {
  attempts: number;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** Everything that one tick or one person changed. It is written in one transaction. */
export interface AlertChanges {
  /** Alerts that began to fire. */
  created: readonly Alert[];
  updated: readonly Alert[];
  /** By rule and series. */
  states: ReadonlyMap<string, InstanceState>;
  /** By channel. */
  groups: ReadonlyMap<string, GroupState>;
  outbox: readonly OutboxMessage[];
}
