/** Alerts and messages that the database has not accepted yet. In memory only. */
import type { Alert } from "~/domain/alert";
import type { OutboxEntry, WaitingEntry } from "~/domain/notification";

interface PendingMessage {
  entry: OutboxEntry;
  /** Epoch milliseconds of the next attempt; null when it was sent or given up. */
  next: number | null;
  /** Number of queued writes about it. */
  writes: number;
}

export class PendingWrites {
  readonly alerts = new Map<string, Alert>();
  private readonly messages = new Map<string, PendingMessage>();

  /** Remembers the state of a message until the write that stores it is done. */
  message(entry: OutboxEntry, next: number | null): void {
    this.messages.set(entry.id, { entry, next, writes: (this.messages.get(entry.id)?.writes ?? 0) + 1 });
  }

  saved(alerts: readonly Alert[], messages: readonly string[]): void {
    for (const alert of alerts) if (this.alerts.get(alert.id) === alert) this.alerts.delete(alert.id);
    for (const id of messages) {
      const pending = this.messages.get(id);
      if (pending && --pending.writes <= 0) this.messages.delete(id);
    }
  }

  entry(id: string): OutboxEntry | undefined {
    return this.messages.get(id)?.entry;
  }

  hasWaiting(): boolean {
    return [...this.messages.values()].some(({ next }) => next !== null);
  }

  /** Messages that are neither sent nor given up, oldest first. The state here overrides the stored one. */
  waiting(stored: readonly WaitingEntry[]): WaitingEntry[] {
    const here = [...this.messages.values()].flatMap(({ entry, next }) =>
      next === null ? [] : [{ ...entry, nextAttemptAt: next }],
    );
    const all = [...here, ...stored.filter(({ id }) => !this.messages.has(id))];
    return all.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }
}
