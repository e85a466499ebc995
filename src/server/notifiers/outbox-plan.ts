/** What a channel sends next of what waits for it. Pure. */
import type { WaitingEntry } from "~/domain/notification";
import type { AlertItem, AlertMessage } from "./notifier";

export interface PlannedDelivery {
  message: AlertMessage;
  /** The entry to send: its id is the receiver's key against duplicates. */
  entry: WaitingEntry;
  /** Entries that become part of it. Store that before it is sent: what is sent again has to be the same. */
  absorbed: readonly WaitingEntry[];
}

/** What is known of earlier attempts, by the ids of messages. */
export interface Tried {
  /** Their receiver does not have them. */
  refused: ReadonlySet<string>;
  /** They waited already when the one before them failed. */
  held: ReadonlySet<string>;
}

const MOST_ITEMS = 50;

/**
 * The oldest entry of a channel, if anything is due: a new one is tried at once with those that wait for their next attempt. Nothing
 * overtakes it: when the receiver is known not to have it, what waits becomes one message, of each alert its last state;
 * when it may have it, it is sent again as it was. Of a mail that some receivers have put off, these get what is new together with it, and
 * the others what is new alone: two deliveries.
 */
export function planDeliveries(entries: readonly WaitingEntry[], now: number, { refused, held }: Tried): PlannedDelivery[] {
  // What somebody sends by hand is not due and was never tried.
  const waiting = entries.filter(({ attempts, nextAttemptAt }) => attempts > 0 || nextAttemptAt <= now);
  const isReason = ({ id, attempts, nextAttemptAt }: WaitingEntry) => nextAttemptAt <= now && (attempts > 0 || !held.has(id));
  if (!waiting.some(isReason)) return [];
  const read = waiting.map((entry) => ({ entry, message: JSON.parse(entry.message) as AlertMessage }));
  const partial = read.filter(({ message }) => message.only !== undefined);
  const whole = read.filter(({ message }) => message.only === undefined);
  const [oldest] = whole;
  const next = oldest && (refused.has(oldest.entry.id) ? inOne(whole) : { ...oldest, absorbed: [] });
  const [putOff] = partial;
  if (!putOff) return next ? [next] : [];
  // After a restart nobody knows whether it was sent meanwhile: under its key it says what it said.
  if (!refused.has(putOff.entry.id)) return [{ ...putOff, absorbed: [] }];
  const late = [...new Set(partial.flatMap(({ message }) => message.only ?? []))];
  const forLate = inOne(partial);
  // These first: a crash in between tells them of what is new once more, in the other order never.
  return [
    { ...forLate, message: { ...(next ? merged(forLate.message, next.message) : forLate.message), only: late } },
    ...(next ? [{ ...next, message: { ...next.message, except: late } }] : []),
  ];
}

/** The oldest, with as many of those after it as one message has room for; the others follow. */
function inOne(read: readonly { entry: WaitingEntry; message: AlertMessage }[]): PlannedDelivery {
  const [first, ...others] = read as [(typeof read)[number], ...typeof read];
  let { message, entry } = first;
  const absorbed: WaitingEntry[] = [];
  for (const other of others) {
    const both = merged(message, other.message);
    if (both.items.length > MOST_ITEMS) break;
    absorbed.push(entry);
    ({ entry } = other);
    message = both;
  }
  return { message, entry, absorbed };
}

/** Both messages in one, as of the later. */
function merged(earlier: AlertMessage, later: AlertMessage): AlertMessage {
  const items = new Map(linkedItems(earlier).map((item) => [item.alert.id, item]));
  for (const item of linkedItems(later)) {
    const before = items.get(item.alert.id);
    // What nobody has heard of is new, however often it changed since.
    const kind: AlertItem["kind"] = before?.kind === "fired" && item.kind !== "resolved" ? "fired" : item.kind;
    items.delete(item.alert.id);
    items.set(item.alert.id, { ...item, kind });
  }
  // A message about several alerts leads to the page of all.
  const link = items.size > 1 ? (later.link?.split("?", 1)[0] ?? null) : later.link;
  return { ...later, link, items: [...items.values()], more: earlier.more + later.more };
}

/** The link of a message about one alert is that of the alert. */
function linkedItems({ items, link }: AlertMessage): AlertItem[] {
  return items.map((item) => (item.link === undefined && link?.includes("?") ? { ...item, link } : item));
}
