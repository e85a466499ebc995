/** State that the alert engine keeps between ticks and writes to its store: instances, groups and messages. */
import type { Alert, InstanceState, Severity } from "./alert";

/** An event of an alert, as a notification group receives it. */
export interface NotificationEvent {
  alertId: string;
  kind: "fired" | "escalated" | "resolved" | "repeated" | "flapping";
  severity: Severity;
  /** Epoch milliseconds. */
  at: number;
  /** Its severity in the channel's last message about it. */
  told?: Severity;
}

/** What a message said last of an alert that fires. */
export interface Told {
  /** Epoch milliseconds. */
  at: number;
  /** Null in what version 0.2.0 and earlier ones have stored. */
  severity: Severity | null;
}

/** Notification log of one group of alerts on a channel: what it has sent and what is pending. */
export interface GroupState {
  /** At most one an alert. */
  pending: readonly NotificationEvent[];
  /** When the group is looked at next; null before its first message. */
  flushAt: number | null;
  /** The alerts that a message reported as firing, by their ids. Only these are reported when they resolve. */
  notified: Readonly<Record<string, Told>>;
}

/** State of a rule on one series, and its open alert. */
export interface StoredInstance {
  state: InstanceState;
  alertId: string | null;
}

/** A message for one channel. The receiver drops duplicates by `id`. */
export interface OutboxMessage {
  id: string;
  channel: string;
  /** JSON for the channel's notifier. */
  message: string;
}

/** A message in the outbox, with its number of delivery attempts. */
export interface OutboxEntry extends OutboxMessage {
  attempts: number;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** A message that is neither sent nor given up. */
export interface WaitingEntry extends OutboxEntry {
  /** Epoch milliseconds. */
  nextAttemptAt: number;
}

/** All changes of one tick or one user action. They are written in one transaction. */
export interface AlertWriteBatch {
  /** Alerts that started firing. */
  created: readonly Alert[];
  updated: readonly Alert[];
  /** By rule and series. */
  states: ReadonlyMap<string, StoredInstance>;
  /** By group key; null for a group that has ended. */
  groups: ReadonlyMap<string, GroupState | null>;
  outbox: readonly OutboxMessage[];
}

/**
 * `outcome`: a status code, an error code or our own words. `answer`: what the receiver responded, without secrets; whoever chooses the
 * receiver chooses these bytes, or reads those of a machine that only this one can reach. `retryable`: whether a retry can help.
 */
export type DeliveryResult =
  | { ok: true; outcome: string; answer: string }
  | {
      ok: false;
      retryable: boolean;
      outcome: string;
      answer: string;
      /** How long the receiver asks to wait before the next attempt. */
      retryAfterMs?: number;
      /** True if the receiver has answered that it did not take the message; otherwise it may have it. */
      isRefused?: boolean;
      /** Of several receivers those that have not got it yet and may get it later; the others have it, or never will. */
      remaining?: readonly string[];
    };

/**
 * A failure that the receiver has said nothing about: `why` is our own words or an error code. `isRefused`: it was not reached, and does not
 * have the message.
 */
export function deliveryFailure(
  why: string,
  { retryable, isRefused = false }: { retryable: boolean; isRefused?: boolean },
): DeliveryResult {
  return { ok: false, retryable, outcome: why, answer: why, ...(isRefused && { isRefused }) };
}
