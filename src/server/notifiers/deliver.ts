/**
 * Delivers the messages of the outbox, at least once. Channels do not wait for each other. Within a channel the oldest message
 * goes first; a failed one is retried with exponential backoff and does not block the others.
 */
import { type DeliveryResult, deliveryFailure, type OutboxEntry, type OutboxMessage } from "~/domain/notification";
import type { AlertMessage, Notifier } from "./notifier";

const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 30 * 60_000;
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
const JITTER = 0.2;

export interface Outbox {
  /** True while a message is neither sent nor given up. */
  hasWaiting(): Promise<boolean>;
  due(now: number, which: { limit: number; except: readonly string[] }): Promise<OutboxEntry[]>;
  markSent(id: string, answer: string, now: number): Promise<void>;
  markFailed(id: string, answer: string, times: { now: number; nextAttemptAt: number | null }): Promise<void>;
}

/** When to retry after `attempts` + 1 failures; null once the message is older than a day. `random` is 0..1. */
export function nextAttempt(
  { attempts, createdAt }: Pick<OutboxEntry, "attempts" | "createdAt">,
  now: number,
  random: number,
): number | null {
  if (now - createdAt > GIVE_UP_AFTER_MS) return null;
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts);
  return now + wait * (1 + JITTER * (2 * random - 1));
}

/** Honours the receiver's Retry-After. Null, to give up, stays null. */
function later(planned: number | null, asked: number): number | null {
  return planned === null ? null : Math.max(planned, asked);
}

const AT_ONCE = 20;

export interface Deliverer {
  /** Sends what is due. One run at a time; a call during a run is not lost. */
  run(): void;
  /** Runs if messages may be waiting for a retry. */
  retry(): void;
  /** Sends one message now, keeps the outcome and returns the result. Does not retry. */
  sendOnce(item: OutboxMessage): Promise<DeliveryResult>;
  /** Waits for deliveries in progress. */
  idle(): Promise<void>;
}

export function createDeliverer(
  outbox: Outbox,
  notifiers: ReadonlyMap<string, Notifier>,
  onError: (error: unknown) => void,
): Deliverer {
  /** Deliveries in progress, by channel. */
  const busy = new Map<string, Promise<void>>();
  let looking: Promise<void> | undefined;
  let again = false;
  /** Whether messages may be waiting for a retry: true until the outbox has been read. */
  let waiting = true;

  function send({ id, channel, message }: OutboxMessage): Promise<DeliveryResult> {
    const notifier = notifiers.get(channel);
    if (notifier) return notifier.send(JSON.parse(message) as AlertMessage, id);
    return Promise.resolve(deliveryFailure("this channel is no longer configured", { retryable: false }));
  }

  async function deliver(item: OutboxEntry): Promise<void> {
    const result = await send(item);
    const now = Date.now();
    if (result.ok) await outbox.markSent(item.id, result.answer, now);
    else
      await outbox.markFailed(item.id, result.answer, {
        now,
        nextAttemptAt: result.retryable ? later(nextAttempt(item, now, Math.random()), now + (result.retryAfterMs ?? 0)) : null,
      });
  }

  /** Starts delivery on every channel with due messages that is not busy, so that a slow channel delays only its own messages. */
  async function look(): Promise<void> {
    waiting = await outbox.hasWaiting();
    const items = await outbox.due(Date.now(), { limit: AT_ONCE, except: [...busy.keys()] });
    for (const channel of new Set(items.map((item) => item.channel))) {
      if (busy.has(channel)) continue;
      const own = items.filter((item) => item.channel === channel);
      const sending = deliverInOrder(own)
        .catch(onError)
        .finally(() => {
          busy.delete(channel);
          run();
        });
      busy.set(channel, sending);
    }
  }

  async function deliverInOrder(items: readonly OutboxEntry[]): Promise<void> {
    for (const item of items) await deliver(item);
  }

  function run(): void {
    if (looking) {
      again = true;
      return;
    }
    looking = look()
      .catch(onError)
      .finally(() => {
        looking = undefined;
        if (!again) return;
        again = false;
        run();
      });
  }
  return {
    run,
    retry: () => {
      if (waiting) run();
    },
    sendOnce: async (item) => {
      const result = await send(item);
      if (result.ok) await outbox.markSent(item.id, result.outcome, Date.now());
      else await outbox.markFailed(item.id, result.outcome, { now: Date.now(), nextAttemptAt: null });
      return result;
    },
    idle: async () => {
      await looking;
      await Promise.all(busy.values());
    },
  };
}
