import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ReportSchedule } from "~/domain/stored-report";
import { openDatabase } from "~/server/store/file/database";
import { migrate, readMigrations } from "~/server/store/file/migrate";
import { openPrisma } from "~/server/store/file/prisma";
import { ReportStore } from "~/server/store/records/reports";
import { ReportLibrary } from "./library";
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
  for (let second = 0; second <= 120; second += 5) await scheduler.look(start + second * 1000);
  expect(asked).toBe(3);
  schedules = [daily];
  for (let second = 125; second <= 140; second += 5) await scheduler.look(start + second * 1000);
  expect(asked).toBe(7);
  expect(await records.doneUntil("daily")).toBe(start + 125_000);
  await prisma.$disconnect();
  rmSync(folder, { recursive: true, force: true });
});
