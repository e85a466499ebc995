import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../file/database";
import { migrate, readMigrations } from "../file/migrate";
import { openPrisma } from "../file/prisma";
import { ReadableRows } from "./readable-rows";

const timestamp = new Date("2026-03-29T01:59:59.250Z");
const top = { timestamp, pid: 7, name: "a'b", username: "ann", memory_used: 2 ** 40, status: "sleeping", num_threads: 3 };

test("Prisma reads back what was written, moments to the millisecond; a minute is written whole or not at all", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-readable-"));
  const path = join(folder, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  const rows = new ReadableRows(database);
  rows.addMinute({ system: { timestamp, cpu_percent: 12.5, disk_read: null }, processes: [top] });
  rows.addCustom([{ timestamp, metric_name: "queue", metric_value: -0.5, metric_type: "gauge", tags: "{}" }]);
  const later = new Date(timestamp.getTime() + 60_000);
  const broken = { ...top, timestamp: later, status: undefined as unknown as string };
  expect(() => rows.addMinute({ system: { timestamp: later }, processes: [top, broken] })).toThrow(/NOT NULL/);

  const prisma = await openPrisma(path);
  const where = { timestamp };
  expect(await prisma.systemMetric.findMany({ where })).toMatchObject([{ timestamp, cpu_percent: 12.5, disk_read: null }]);
  expect(await prisma.systemMetric.count()).toBe(1);
  expect(await prisma.processMetric.findMany()).toMatchObject([{ ...top, cpu_percent: null }]);
  expect(await prisma.customMetric.findMany({ where })).toMatchObject([{ timestamp, metric_name: "queue", metric_value: -0.5 }]);
  await prisma.$disconnect();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});
