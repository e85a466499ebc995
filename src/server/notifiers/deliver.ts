/**
 * Delivers the messages of the outbox, at least once and in order. Channels do not wait for each other. What fails is tried again with
 * exponential backoff, or at once when the next message comes.
 */
import {
  type DeliveryResult,
  deliveryFailure,
  type OutboxEntry,
  type OutboxMessage,
  type WaitingEntry,
} from "~/domain/notification";
import type { AlertMessage, Notifier } from "./notifier";
import { type PlannedDelivery, planDeliveries, type Tried } from "./outbox-plan";

const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 30 * 60_000;
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
const JITTER = 0.2;

export interface Outbox {
  /** True while a message is neither sent nor given up. */
  hasWaiting(): Promise<boolean>;
  /** What is neither sent nor given up, oldest first, of each channel except some: at most `limit` of each. */
  waiting(which: { limit: number; except: readonly string[] }): Promise<WaitingEntry[]>;
  /** Stores what a message says from now on; `absorbed` are part of it and no longer wait. */
  replace(id: string, message: string, about: { absorbed: readonly string[]; now: number }): Promise<void>;
  markSent(id: string, answer: string, now: number): Promise<void>;
  /** With `message`, that is what is left to send. */
  markFailed(
    id: string,
    answer: string,
    next: { now: number; nextAttemptAt: number | null; message?: string | undefined },
  ): Promise<void>;
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

const MOST_READ = 500;

/** How a channel does. Times are epoch milliseconds. */
export interface ChannelState {
  channel: string;
  /** Since when no message gets through; null while they do. */
  failingSince: number | null;
  /** What the last attempt came to, without what a receiver said. */
  outcome: string | null;
}

export interface Deliverer {
  /** Of the channels that something was sent to since the start. */
  states(): ChannelState[];
  /** Sends what is due. One run at a time; a call during a run is not lost. */
  run(): void;
  /** Runs if messages may be waiting for a retry. */
  retry(): void;
  /** Sends one message now, keeps the outcome and returns the result. Does not retry. */
  sendOnce(item: OutboxMessage): Promise<DeliveryResult>;
  /** Waits for deliveries in progress. */
  idle(): Promise<void>;
}

/** What is known of a channel's earlier attempts. */
class Attempts implements Tried {
  readonly refused = new Set<string>();
  readonly held = new Set<string>();
  /** Until when the receiver asked not to be written to. */
  quietUntil = 0;
  failingSince: number | null = null;
  outcome: string | null = null;
}

const toUnknown: Notifier["send"] = async () => deliveryFailure("this channel is no longer configured", { retryable: false });

/** Sends one message and stores how it went. */
async function deliver(
  { message, entry, absorbed }: PlannedDelivery,
  { outbox, send, attempts }: { outbox: Outbox; send: Notifier["send"]; attempts: Attempts },
): Promise<void> {
  const { id } = entry;
  const text = JSON.stringify({ ...message, except: undefined });
  if (text !== entry.message || absorbed.length > 0)
    await outbox.replace(id, text, { absorbed: absorbed.map((one) => one.id), now: Date.now() });
  const result = await send(message, id);
  const now = Date.now();
  for (const one of [entry, ...absorbed]) attempts.refused.delete(one.id);
  attempts.failingSince = result.ok ? null : (attempts.failingSince ?? now);
  attempts.outcome = result.outcome;
  if (result.ok) {
    // Those behind it are due.
    attempts.held.clear();
    await outbox.markSent(id, result.answer, now);
    return;
  }
  if (result.isRefused) attempts.refused.add(id);
  attempts.quietUntil = now + (result.retryAfterMs ?? 0);
  const left = result.remaining && JSON.stringify({ ...message, only: result.remaining, except: undefined });
  const nextAttemptAt = result.retryable ? nextAttempt(entry, now, Math.random()) : null;
  if (nextAttemptAt === null) attempts.held.clear();
  await outbox.markFailed(id, result.answer, { now, nextAttemptAt, message: left });
}

export function createDeliverer(
  outbox: Outbox,
  notifiers: ReadonlyMap<string, Notifier>,
  onError: (error: unknown) => void,
): Deliverer {
  /** Deliveries in progress, by channel. */
  const busy = new Map<string, Promise<void>>();
  const tried = new Map<string, Attempts>();
  let looking: Promise<void> | undefined;
  let again = false;
  /** Whether messages may be waiting for a retry: true until the outbox has been read. */
  let waiting = true;

  const sendTo = (channel: string): Notifier["send"] => notifiers.get(channel)?.send ?? toUnknown;

  const attemptsOf = (channel: string): Attempts => {
    const attempts = tried.get(channel) ?? new Attempts();
    tried.set(channel, attempts);
    return attempts;
  };

  /** Starts delivery on every channel that is not busy and has due messages, so that a slow channel delays only its own messages. */
  async function look(): Promise<void> {
    waiting = await outbox.hasWaiting();
    const entries = await outbox.waiting({ limit: MOST_READ, except: [...busy.keys()] });
    const now = Date.now();
    for (const channel of new Set(entries.map((entry) => entry.channel))) {
      const attempts = attemptsOf(channel);
      if (busy.has(channel) || now < attempts.quietUntil) continue;
      const own = entries.filter((entry) => entry.channel === channel);
      const plan = planDeliveries(own, now, attempts);
      if (plan.length === 0) continue;
      for (const { id } of own) attempts.held.add(id);
      const sending = deliverInOrder(plan, { outbox, send: sendTo(channel), attempts })
        .catch(onError)
        .finally(() => {
          busy.delete(channel);
          run();
        });
      busy.set(channel, sending);
    }
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
    states: () => [...tried].map(([channel, { failingSince, outcome }]) => ({ channel, failingSince, outcome })),
    run,
    retry: () => {
      if (waiting) run();
    },
    sendOnce: async ({ id, channel, message }) => {
      const result = await sendTo(channel)(JSON.parse(message) as AlertMessage, id);
      const attempts = attemptsOf(channel);
      attempts.outcome = result.outcome;
      attempts.failingSince = result.ok ? null : (attempts.failingSince ?? Date.now());
      if (result.ok) await outbox.markSent(id, result.outcome, Date.now());
      else await outbox.markFailed(id, result.outcome, { now: Date.now(), nextAttemptAt: null });
      return result;
    },
    idle: async () => {
      await looking;
      await Promise.all(busy.values());
    },
  };
}

async function deliverInOrder(plan: readonly PlannedDelivery[], to: Parameters<typeof deliver>[1]): Promise<void> {
  for (const delivery of plan) await deliver(delivery, to);
}
