import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openDatabase } from "./database";
import { migrate, readMigrations } from "./migrate";
import { Upkeep } from "./retention";

const DAY = 86_400;
const RETENTION = {
  raw: 7 * DAY,
  processes: 7 * DAY,
  minute: 90 * DAY,
  hour: 730 * DAY,
  tables: 30 * DAY,
  alerts: 365 * DAY,
  maxBytes: 2 ** 30,
};

test("what is too old is found by an index, never by a look at every row", () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-upkeep-"));
  const path = join(folder, "hostscope.db");
  const made = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(made, readMigrations("prisma/migrations"), 0);
  made.close();
  const asked: string[] = [];
  const database = new Database(path, { verbose: (sql) => asked.push(String(sql)) });
  const upkeep = new Upkeep(database, RETENTION);
  for (let slice = 0; slice < 40; slice++) upkeep.step(1_800_000_000_000);
  const deletions = asked.filter((sql) => sql.startsWith("DELETE"));
  expect(deletions.length).toBeGreaterThan(12);
  for (const sql of deletions) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[];
    for (const { detail } of plan) expect(`${sql}: ${detail}`).not.toMatch(/: SCAN \w+$/);
  }
  database.close();
  rmSync(folder, { recursive: true });
});
