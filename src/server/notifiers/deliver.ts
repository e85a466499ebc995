/** Empties the outbox: at least once, in order, each channel by itself, with ever longer waits. */
import type { AlertMessage, Delivery, Notifier } from "./notifier";

const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 30 * 60_000;
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
const JITTER = 0.2;

export interface OutboxItem {
  id: string;
  channel: string;
  /** JSON of an AlertMessage. */
  message: string;
  attempts: number;
  createdAt: number;
}

export interface Outbox {
  /** True while some message is neither sent nor given up. */
  hasWaiting(): Promise<boolean>;
  due(now: number, limit: number): Promise<OutboxItem[]>;
  markSent(id: string, answer: string, now: number): Promise<void>;
  markFailed(id: string, answer: string, times: { now: number; nextAttemptAt: number | null }): Promise<void>;
}

/** When to try again after so many tries; null is never. `random` is 0..1. */
export function nextAttempt(
  { attempts, createdAt }: Pick<OutboxItem, "attempts" | "createdAt">,
  now: number,
  random: number,
): number | null {
  if (now - createdAt > GIVE_UP_AFTER_MS) return null;
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts);
  return now + wait * (1 + JITTER * (2 * random - 1));
}

const AT_ONCE = 20;

export interface Deliverer {
  /** Sends what is due. One run at a time; a call during a run is not lost. */
  run(): void;
  /** Looks again for messages that wait for another try; nothing when none does. */
  retry(): void;
  /** Waits for what is being sent. */
  idle(): Promise<void>;
}

export function createDeliverer(
  outbox: Outbox,
  notifiers: ReadonlyMap<string, Notifier>,
  onError: (error: unknown) => void,
): Deliverer {
  let running: Promise<void> | undefined;
  let again = false;
  /** A message waits for another try, or may: at the start nobody knows. */
  let waiting = true;

  async function deliver(item: OutboxItem): Promise<void> {
    const notifier = notifiers.get(item.channel);
    const result: Delivery = notifier
      ? await notifier.send(JSON.parse(item.message) as AlertMessage, item.id)
      : { ok: false, retryable: false, answer: "this channel is no longer configured" };
    const now = Date.now();
    if (result.ok) await outbox.markSent(item.id, result.answer, now);
    else
      await outbox.markFailed(item.id, result.answer, {
        now,
        nextAttemptAt: result.retryable ? nextAttempt(item, now, Math.random()) : null,
      });
  }

  async function sendDue(): Promise<void> {
    waiting = await outbox.hasWaiting();
    const items = await outbox.due(Date.now(), AT_ONCE);
    const channels = new Set(items.map(({ channel }) => channel));
    // One slow channel holds up its own messages only.
    await Promise.all(
      [...channels].map(async (channel) => {
        for (const item of items.filter((one) => one.channel === channel)) await deliver(item);
      }),
    );
  }

  function run(): void {
    if (running) {
      again = true;
      return;
    }
    running = sendDue()
      .catch(onError)
      .finally(() => {
        running = undefined;
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
    idle: async () => running,
  };
}
