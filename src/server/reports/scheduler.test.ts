import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ReportSchedule } from "~/domain/stored-report";
import { openDatabase } from "~/server/store/file/database";
import { migrate, readMigrations } from "~/server/store/file/migrate";
import { openPrisma } from "~/server/store/file/prisma";
import { ReportStore } from "~/server/store/records/reports";
import { ReportLibrary, type StoredReportRequest } from "./library";
import { ReportScheduler } from "./scheduler";

const daily: ReportSchedule = {
  name: "daily",
  cron: "0 8 * * *",
  timeZone: "UTC",
  format: "json",
  hours: 24,
  to: [],
  folder: null,
};

test("with a schedule each look asks the database what is due, without one it asks once a minute", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-scheduler-"));
  const path = join(folder, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  database.close();
  const prisma = await openPrisma(path);
  let asked = 0;
  class CountingStore extends ReportStore {
    override dueDeliveries(now: number) {
      asked++;
      return super.dueDeliveries(now);
    }
  }
  const records = new CountingStore(prisma);
  const failed = (error: unknown) => {
    throw error;
  };
  const library = new ReportLibrary({
    folder,
    records,
    make: () => Promise.reject(new Error("nothing is due")),
    hostName: () => "host",
    keepSeconds: () => 86_400,
    onError: failed,
  });
  let schedules: ReportSchedule[] = [];
  const mail = () => Promise.reject(new Error("nothing is due"));
  const scheduler = new ReportScheduler({ schedules: () => schedules, library, records, mail, onError: failed });
  const start = Date.UTC(2026, 10, 25, 12);
  for (let second = 0; second <= 120; second += 5) await scheduler.look(start + second * 1000, second * 1000);
  expect(asked).toBe(3);
  schedules = [daily];
  for (let second = 125; second <= 140; second += 5) await scheduler.look(start + second * 1000, second * 1000);
  expect(asked).toBe(7);
  expect(await records.doneUntil("daily")).toBe(start + 125_000);
  await prisma.$disconnect();
  rmSync(folder, { recursive: true, force: true });
});

const DAY_S = 86_400;
const JUMPS_S = [1, 60, 3600, DAY_S, 400 * DAY_S, 3650 * DAY_S].flatMap((seconds) => [seconds, -seconds]);

/** Monotonic seconds at which reports are made between 07:50 and 08:20, when the wall clock is set at some of them. */
async function madeWithJumps(jumps: ReadonlyMap<number, number>): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-scheduler-"));
  const path = join(folder, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  database.close();
  const prisma = await openPrisma(path);
  const records = new ReportStore(prisma);
  const made: number[] = [];
  let second = 0;
  const library = {
    add: async ({ isDue }: StoredReportRequest) => {
      if (isDue) made.push(second);
      return { report: {}, done: Promise.resolve() };
    },
    list: async () => [],
    clean: async () => {},
  } as unknown as ReportLibrary;
  const scheduler = new ReportScheduler({
    schedules: () => [daily],
    library,
    records,
    mail: () => Promise.reject(new Error("nothing is mailed")),
    onError: (error) => {
      throw error;
    },
  });
  let wall = Date.UTC(2026, 10, 25, 7, 50) / 1000;
  for (; second <= 1800; second += 10) {
    wall += (second === 0 ? 0 : 10) + (jumps.get(second) ?? 0);
    await scheduler.look(wall * 1000, second * 1000);
  }
  await prisma.$disconnect();
  rmSync(folder, { recursive: true, force: true });
  return made;
}

test.each(JUMPS_S)(
  "a clock that is set by %i s and set right two minutes later makes the report of the day when it is due, once",
  async (jump) => {
    // Before it is due, when it is due, and just after.
    for (const at of [300, 590, 620]) {
      const made = await madeWithJumps(
        new Map([
          [at, jump],
          [at + 120, -jump],
        ]),
      );
      expect([at, made.length]).toEqual([at, 1]);
      // Within the time after which a clock is believed again.
      expect(made[0]).toBeGreaterThanOrEqual(590);
      expect(made[0]).toBeLessThanOrEqual(590 + 10 + 120 + 300 + 30);
    }
  },
);

test("a clock that was a year ahead when the server stopped holds no schedule up", async () => {
  expect(
    await madeWithJumps(
      new Map([
        [0, 365 * DAY_S],
        [10, -365 * DAY_S],
      ]),
    ),
  ).toHaveLength(1);
});
