/** What reaches a receiver, in which order, whatever it answers meanwhile. The clock moves when a test says so. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DeliveryResult, WaitingEntry } from "~/domain/notification";
import { createDeliverer, type Outbox } from "./deliver";
import type { AlertItem, AlertMessage, Notifier } from "./notifier";

const OK: DeliveryResult = { ok: true, outcome: "200", answer: "200 ok" };
const BUSY: DeliveryResult = { ok: false, isRefused: true, retryable: true, outcome: "503", answer: "503 busy" };
/** The receiver may have it. */
const SILENT: DeliveryResult = { ok: false, retryable: true, outcome: "no answer", answer: "no answer within 10 s" };
const GONE: DeliveryResult = { ok: false, retryable: false, outcome: "404", answer: "404 no such hook" };

class MemoryOutbox implements Outbox {
  readonly entries = new Map<string, WaitingEntry>();
  readonly sent: string[] = [];
  readonly givenUp: string[] = [];

  put(id: string, items: [id: string, kind: AlertItem["kind"]][], channel = "hook"): void {
    const message = {
      host: "web-1",
      at: Date.now(),
      more: 0,
      link: null,
      items: items.map(([alert, kind]) => ({ kind, alert: { id: alert }, description: "", remedy: "" })),
    };
    const now = Date.now();
    this.entries.set(id, { id, channel, message: JSON.stringify(message), attempts: 0, createdAt: now, nextAttemptAt: now });
  }

  hasWaiting = async () => this.entries.size > 0;
  waiting = async ({ except }: { except: readonly string[] }) =>
    [...this.entries.values()].filter(({ channel }) => !except.includes(channel));

  async replace(id: string, message: string, { absorbed }: { absorbed: readonly string[] }): Promise<void> {
    for (const one of absorbed) {
      this.entries.delete(one);
      this.sent.push(one);
    }
    this.entries.set(id, { ...(this.entries.get(id) as WaitingEntry), message });
  }

  async markSent(id: string): Promise<void> {
    this.entries.delete(id);
    this.sent.push(id);
  }

  async markFailed(
    id: string,
    _answer: string,
    { nextAttemptAt, message }: { nextAttemptAt: number | null; message?: string | undefined },
  ) {
    const entry = this.entries.get(id) as WaitingEntry;
    if (nextAttemptAt === null) {
      this.entries.delete(id);
      this.givenUp.push(id);
    } else this.entries.set(id, { ...entry, attempts: entry.attempts + 1, nextAttemptAt, message: message ?? entry.message });
  }
}

/** Answers as it is told to, and remembers what it took: `key: alert kind, ...`, with the receivers of a mail. */
function receiver(name: string, answers: DeliveryResult[]) {
  const taken: string[] = [];
  const tried: string[] = [];
  const notifier: Notifier = {
    name,
    severities: [],
    async send(message: AlertMessage, key) {
      const answer = answers.shift() ?? OK;
      const about = message.items.map(({ alert, kind }) => `${alert.id} ${kind}`).join(", ");
      const to = message.only ? ` only ${message.only.join()}` : message.except?.length ? ` not ${message.except.join()}` : "";
      tried.push(key);
      if (answer.ok || answer.remaining) taken.push(`${key}${to}: ${about}`);
      return answer;
    },
  };
  return { notifier, taken, tried };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function deliverer(outbox: MemoryOutbox, ...notifiers: Notifier[]) {
  const made = createDeliverer(outbox, new Map(notifiers.map((one) => [one.name, one])), (error) => {
    throw error;
  });
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) {
      await made.idle();
      await vi.advanceTimersByTimeAsync(0);
    }
  };
  return {
    sendOnce: made.sendOnce,
    states: made.states,
    run: async () => {
      made.run();
      await settle();
    },
    after: async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      made.retry();
      await settle();
    },
  };
}

test("alertmanager#2510: an end never overtakes the message that waits: both become one", async () => {
  const outbox = new MemoryOutbox();
  const hook = receiver("hook", [BUSY, BUSY]);
  const { run, after } = deliverer(outbox, hook.notifier);
  outbox.put("m1", [
    ["a", "fired"],
    ["b", "fired"],
  ]);
  await run();
  outbox.put("m2", [["a", "resolved"]]);
  await run();
  expect(hook.taken).toEqual([]);
  await after(60_000);
  expect(hook.taken).toEqual(["m2: b fired, a resolved"]);
  expect(outbox.sent).toEqual(["m1", "m2"]);
});

test("what may have arrived is sent again as it was, under its key, before anything else", async () => {
  const outbox = new MemoryOutbox();
  const hook = receiver("hook", [SILENT, SILENT]);
  const { run, after } = deliverer(outbox, hook.notifier);
  outbox.put("m1", [["a", "fired"]]);
  await run();
  outbox.put("m2", [["a", "resolved"]]);
  await run();
  expect(hook.tried).toEqual(["m1", "m1"]);
  await after(60_000);
  expect(hook.taken).toEqual(["m1: a fired", "m2: a resolved"]);
});

test("what became one message stays that message: it is sent again under the same key, with the same text", async () => {
  const outbox = new MemoryOutbox();
  const hook = receiver("hook", [BUSY, SILENT]);
  const { run } = deliverer(outbox, hook.notifier);
  outbox.put("m1", [["a", "fired"]]);
  await run();
  outbox.put("m2", [["a", "resolved"]]);
  await run();
  outbox.put("m3", [["b", "fired"]]);
  await run();
  expect(hook.tried).toEqual(["m1", "m2", "m2", "m3"]);
  expect(hook.taken).toEqual(["m2: a resolved", "m3: b fired"]);
});

test("what got worse while it waited is new to its receiver", async () => {
  const outbox = new MemoryOutbox();
  const hook = receiver("hook", [BUSY]);
  const { run } = deliverer(outbox, hook.notifier);
  outbox.put("m1", [["a", "fired"]]);
  await run();
  outbox.put("m2", [["a", "escalated"]]);
  await run();
  expect(hook.taken).toEqual(["m2: a fired"]);
});

test("a new message is tried at once although an earlier one waits for its next attempt", async () => {
  const outbox = new MemoryOutbox();
  const hook = receiver("hook", Array<DeliveryResult>(8).fill(BUSY));
  const { run, after } = deliverer(outbox, hook.notifier);
  outbox.put("m1", [["a", "fired"]]);
  await run();
  for (let attempt = 0; attempt < 7; attempt++) await after(1_800_000);
  expect(hook.tried).toHaveLength(8);
  outbox.put("m2", [["b", "fired"]]);
  await run();
  expect(hook.taken).toEqual(["m2: a fired, b fired"]);
});

test("Retry-After: nothing is sent before, whatever comes", async () => {
  const outbox = new MemoryOutbox();
  const hook = receiver("hook", [{ ...BUSY, retryAfterMs: 120_000 }]);
  const { run, after } = deliverer(outbox, hook.notifier);
  outbox.put("m1", [["a", "fired"]]);
  await run();
  outbox.put("m2", [["b", "fired"]]);
  await run();
  await after(60_000);
  expect(hook.tried).toEqual(["m1"]);
  await after(61_000);
  expect(hook.taken).toEqual(["m2: a fired, b fired"]);
});

test("what is refused for good is given up, and what comes later is sent", async () => {
  const outbox = new MemoryOutbox();
  const hook = receiver("hook", [GONE]);
  const { run } = deliverer(outbox, hook.notifier);
  outbox.put("m1", [["a", "fired"]]);
  await run();
  outbox.put("m2", [["b", "fired"]]);
  await run();
  expect(outbox.givenUp).toEqual(["m1"]);
  expect(hook.taken).toEqual(["m2: b fired"]);
});

test("what waited behind a message that is given up is sent", async () => {
  const outbox = new MemoryOutbox();
  const hook = receiver("hook", [SILENT, GONE]);
  const { run, after } = deliverer(outbox, hook.notifier);
  outbox.put("m1", [["a", "fired"]]);
  outbox.put("m2", [["b", "fired"]]);
  await run();
  expect(hook.tried).toEqual(["m1"]);
  await after(60_000);
  expect(outbox.givenUp).toEqual(["m1"]);
  expect(hook.taken).toEqual(["m2: b fired"]);
});

test("a channel that fails holds up no other", async () => {
  const outbox = new MemoryOutbox();
  const hook = receiver("hook", [BUSY]);
  const mail = receiver("mail", []);
  const { run } = deliverer(outbox, hook.notifier, mail.notifier);
  outbox.put("m1", [["a", "fired"]]);
  outbox.put("m2", [["a", "fired"]], "mail");
  await run();
  expect([hook.taken, mail.taken]).toEqual([[], ["m2: a fired"]]);
});

test("of several receivers those that were put off get it later, alone, and then what is new with it", async () => {
  const outbox = new MemoryOutbox();
  const greylisted: DeliveryResult = {
    ok: false,
    isRefused: true,
    retryable: true,
    outcome: "deferred",
    answer: "450",
    remaining: ["bob@x"],
  };
  const mail = receiver("mail", [greylisted, { ...BUSY, remaining: ["bob@x"] }, OK, OK]);
  const { run, after } = deliverer(outbox, mail.notifier);
  outbox.put("m1", [["a", "fired"]], "mail");
  await run();
  outbox.put("m2", [["a", "resolved"]], "mail");
  await run();
  await after(60_000);
  expect(mail.taken).toEqual([
    "m1: a fired",
    "m1 only bob@x: a resolved",
    "m2 not bob@x: a resolved",
    expect.stringMatching(/only bob@x: a resolved$/),
  ]);
  expect(outbox.entries.size).toBe(0);
});

test("a mail that was deferred for some goes out as it was after a restart: it may have arrived meanwhile", async () => {
  const outbox = new MemoryOutbox();
  outbox.put("m1", [["a", "fired"]], "mail");
  const entry = outbox.entries.get("m1") as WaitingEntry;
  outbox.entries.set("m1", { ...entry, attempts: 1, message: JSON.stringify({ ...JSON.parse(entry.message), only: ["bob@x"] }) });
  outbox.put("m2", [["b", "fired"]], "mail");
  const mail = receiver("mail", []);
  const { run } = deliverer(outbox, mail.notifier);
  await run();
  expect(mail.taken).toEqual(["m1 only bob@x: a fired", "m2: b fired"]);
});

test("what somebody sends by hand is not sent by the outbox", async () => {
  const outbox = new MemoryOutbox();
  const hook = receiver("hook", []);
  const { run } = deliverer(outbox, hook.notifier);
  outbox.put("test", [["t", "fired"]]);
  outbox.entries.set("test", { ...(outbox.entries.get("test") as WaitingEntry), nextAttemptAt: Date.now() + 600_000 });
  outbox.put("m1", [["a", "fired"]]);
  await run();
  expect(hook.taken).toEqual(["m1: a fired"]);
});

test("what becomes one message names every alert: what it has no room for follows", async () => {
  const outbox = new MemoryOutbox();
  const hook = receiver("hook", [BUSY]);
  const { run, after } = deliverer(outbox, hook.notifier);
  const many = (from: number) => Array.from({ length: 30 }, (_, index) => [`x${from + index}`, "fired"] as [string, "fired"]);
  outbox.put("m1", many(0));
  await run();
  outbox.put("m2", many(30));
  outbox.put("m3", many(60));
  await run();
  await after(0);
  const named = hook.taken.flatMap((one) => one.replace(/^\w+: /, "").split(", "));
  expect(named).toHaveLength(90);
  expect(new Set(named).size).toBe(90);
});

test("a test tells whether a channel works, as any message does", async () => {
  const outbox = new MemoryOutbox();
  const { sendOnce, states } = deliverer(outbox, receiver("hook", [GONE, OK]).notifier);
  outbox.put("a", [["x", "fired"]]);
  const entry = outbox.entries.get("a") as WaitingEntry;
  await sendOnce(entry);
  expect(states()).toEqual([{ channel: "hook", failingSince: Date.now(), outcome: "404" }]);
  vi.advanceTimersByTime(5000);
  await sendOnce(entry);
  expect(states()).toEqual([{ channel: "hook", failingSince: null, outcome: "200" }]);
});
