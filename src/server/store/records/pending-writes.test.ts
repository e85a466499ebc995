/** Alerts while the database accepts no writes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Alert } from "~/domain/alert";
import { openDatabase } from "../file/database";
import { migrate, readMigrations } from "../file/migrate";
import { openPrisma } from "../file/prisma";
import type { PrismaClient } from "../generated/client";
import { AlertStore } from "./alerts";
import { MarkStore } from "./marks";
import { WriteQueue } from "./write-queue";

let folder: string;
let prisma: PrismaClient;
let queue: WriteQueue;
let alerts: AlertStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-pending-"));
  const path = join(folder, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  database.close();
  prisma = await openPrisma(path);
  queue = new WriteQueue();
  alerts = new AlertStore(prisma, queue);
});

afterEach(async () => {
  await prisma.$disconnect();
  rmSync(folder, { recursive: true, force: true });
});

const alert: Alert = {
  id: "a1",
  rule: "cpu",
  metric: "system.cpu.utilization",
  labels: {},
  severity: "critical",
  state: "firing",
  value: 0.99,
  peak: 0.99,
  threshold: 0.95,
  unit: "1",
  message: "CPU 99 %",
  cause: [],
  startedAt: 1000,
  resolvedAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  acknowledgedUntil: null,
  coverage: null,
  refusal: null,
  summary: null,
  firstCause: [],
  note: null,
  forecastSeconds: null,
};
/** What would be sent at a time. */
async function due(now: number) {
  return (await alerts.waiting({ limit: 10, except: [] })).filter(({ nextAttemptAt }) => nextAttemptAt <= now);
}

const changes = {
  created: [alert],
  updated: [],
  groups: new Map(),
  states: new Map(),
  outbox: [{ id: "m1", channel: "mail", message: "{}" }],
};
const range = { from: 0, to: 10_000, limit: 10 };
const fail = (error: unknown) => {
  throw error;
};

test("an alert on a full disk is shown and sent once, and stored when there is room again", async () => {
  queue.writable = false;
  await alerts.save(changes, 1000);
  expect(await alerts.list(range)).toEqual([alert]);
  expect(await alerts.get("a1")).toEqual(alert);
  expect((await due(2000)).map(({ id }) => id)).toEqual(["m1"]);
  await alerts.markSent("m1", "250 ok", 2000);
  expect(await due(3000)).toEqual([]);
  expect(await prisma.alert.count()).toBe(0);
  queue.writable = true;
  await queue.drain(fail);
  expect(await prisma.alert.count()).toBe(1);
  expect(await alerts.list(range)).toEqual([alert]);
  expect(await alerts.notifications(10)).toMatchObject([{ id: "m1", state: "sent", attempts: 1, answer: "250 ok" }]);
  expect(await due(4000)).toEqual([]);
});

test("a message that was stored before the disk became full is not sent twice", async () => {
  await alerts.save(changes, 1000);
  queue.writable = false;
  expect((await due(2000)).map(({ id }) => id)).toEqual(["m1"]);
  await alerts.markFailed("m1", "451 later", { now: 2000, nextAttemptAt: 5000 });
  expect(await due(4000)).toEqual([]);
  expect(await due(5000)).toMatchObject([{ id: "m1", attempts: 1 }]);
  await alerts.markSent("m1", "250 ok", 5000);
  expect(await due(9000)).toEqual([]);
  queue.writable = true;
  await queue.drain(fail);
  expect(await alerts.notifications(10)).toMatchObject([{ id: "m1", state: "sent", attempts: 2 }]);
});

test("a write that fails for a full disk waits, and one that is wrong is told at once", async () => {
  const full = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
  let room = false;
  const done: string[] = [];
  const write = (name: string) => async () => {
    if (!room) throw full;
    done.push(name);
  };
  expect(await queue.run(write("first"))).toBe(false);
  expect(await queue.run(write("second"))).toBe(false);
  room = true;
  await queue.drain(fail);
  expect(done).toEqual(["first", "second"]);
  await expect(queue.run(async () => fail(new Error("no such column")))).rejects.toThrow("no such column");
});

test("the notification log of earlier versions is read under its new names", async () => {
  const event = { alertId: "a1", kind: "fired", severity: "critical", at: 1000 };
  const state = JSON.stringify({ waiting: [event], lastSentAt: 500, lastSeverity: "warning", told: ["a0"] });
  await prisma.alertGroup.create({ data: { key: "mail", state } });
  expect((await alerts.groups()).get("mail")).toEqual({
    pending: [event],
    flushAt: null,
    notified: { a0: { at: 500, severity: null } },
  });
  const later = JSON.stringify({ pending: [], lastSentAt: 500, flushAt: 800, notified: ["a0", "a1"] });
  await prisma.alertGroup.update({ where: { key: "mail" }, data: { state: later } });
  expect((await alerts.groups()).get("mail")).toEqual({
    pending: [],
    flushAt: 800,
    notified: { a0: { at: 500, severity: null }, a1: { at: 500, severity: null } },
  });
});

test("what waits for a channel that is gone leaves room for the others", async () => {
  const outbox = Array.from({ length: 5 }, (_, index) => ({ id: `gone${index}`, channel: "gone", message: "{}" }));
  await alerts.save({ ...changes, created: [], outbox }, 1000);
  await alerts.save({ ...changes, created: [], outbox: [{ id: "new", channel: "mail", message: "{}" }] }, 2000);
  const waiting = await alerts.waiting({ limit: 3, except: [] });
  expect(waiting.map(({ id }) => id)).toEqual(["gone0", "gone1", "gone2", "new"]);
});

test("what was over, noted and waiting while the clock was a year ahead is listed and sent when it is right again", async () => {
  const [now, year] = [Date.UTC(2026, 10, 25), 365 * 86_400_000];
  const ahead = (minutes: number) => now + year + minutes * 60_000;
  const over: Alert = { ...alert, id: "over", state: "resolved", startedAt: ahead(-10), resolvedAt: ahead(-5) };
  const before: Alert = { ...over, id: "before", startedAt: now - 3_600_000, resolvedAt: now - 1_800_000 };
  await alerts.save({ ...changes, created: [over, before] }, ahead(-5));
  const marks = new MarkStore(prisma, queue);
  await marks.add({ at: ahead(-7), kind: "note", text: "deployed" });
  const range = { from: now - 86_400_000, to: now, limit: 10 };
  expect((await alerts.list(range)).map(({ id }) => id)).toEqual(["before"]);
  expect(await due(now)).toEqual([]);
  expect(await alerts.correctFuture(now, -year)).toBe(2);
  expect(await marks.correctFuture(now, -year)).toBe(1);
  const [corrected, untouched] = await alerts.list(range);
  expect([corrected?.startedAt, corrected?.resolvedAt]).toEqual([now - 600_000, now - 300_000]);
  expect(untouched).toEqual(before);
  expect((await marks.list(range)).map(({ at }) => at)).toEqual([now - 420_000]);
  expect((await due(now)).map(({ id }) => id)).toEqual(["m1"]);
  expect(await alerts.correctFuture(now, -year)).toBe(0);
});

test.each([true, false])(
  "alerts that overlap a range are those that ended in it, too; the database accepts writes: %s",
  async (writable) => {
    queue.writable = writable;
    const ended = (id: string, startedAt: number, resolvedAt: number): Alert => ({
      ...alert,
      id,
      state: "resolved",
      startedAt,
      resolvedAt,
    });
    const created = [
      ended("over", 1000, 1999),
      ended("ended in it", 1001, 2500),
      ended("longer", 1002, 9000),
      { ...alert, id: "fires", startedAt: 1003 },
      ended("began in it", 2600, 9000),
      ended("later", 3000, 9000),
    ];
    await alerts.save({ ...changes, created }, 9000);
    const asked = { from: 2000, to: 3000, limit: 10 };
    const idsOf = (found: Alert[]) => found.map(({ id }) => id);
    expect(idsOf(await alerts.list(asked))).toEqual(["began in it", "fires"]);
    expect(idsOf(await alerts.list({ ...asked, overlapping: true }))).toEqual(["began in it", "fires", "longer", "ended in it"]);
  },
);
