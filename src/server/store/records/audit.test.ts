import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../file/database";
import { migrate, readMigrations } from "../file/migrate";
import { openPrisma } from "../file/prisma";
import { AuditLog } from "./audit";

const entry = { at: Date.now(), actor: "ann", address: "127.0.0.1", action: "config.set", target: "", result: "ok", changes: [] };

/** A log in a folder of its own, and its database. */
async function openAudit() {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-audit-"));
  const path = join(folder, "hostscope.db");
  const database = openDatabase(path, { timeoutMs: 1000, checkpoints: true });
  migrate(database, readMigrations("prisma/migrations"), 0);
  const prisma = await openPrisma(path);
  const log = new AuditLog(prisma, (error) => {
    throw error;
  });
  return { folder, database, prisma, log };
}

test("what did not succeed pushes out nothing that did, and changes come back as they were", async () => {
  const { folder, database, prisma, log } = await openAudit();
  const changes = [
    { what: "role", from: "viewer", to: "admin" },
    { what: "x".repeat(500), from: null, to: "y".repeat(5000) },
  ];
  log.record({ ...entry, changes });
  await log.flush();
  database.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 130000)
     INSERT INTO audit (at, actor, address, action, target, result)
     SELECT (SELECT at FROM audit LIMIT 1), 'eve', '192.0.2.1', 'login', 'ann', 'rate_limited' FROM n`,
  );
  database.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 110000)
     INSERT INTO audit (at, actor, address, action, target, result)
     SELECT (SELECT at FROM audit LIMIT 1), 'eve', '192.0.2.1', CASE i % 2 WHEN 0 THEN 'login' ELSE 'marks.add' END, '', 'ok' FROM n`,
  );
  for (let more = 0; more < 501; more++) log.record({ ...entry, result: "unauthorized" });
  await log.flush();
  const count = (result: string) => database.prepare("SELECT count(*) FROM audit WHERE result = ?").pluck().get(result);
  expect(database.prepare("SELECT count(*) FROM audit WHERE action = 'config.set' AND result = 'ok'").pluck().get()).toBe(1);
  expect(Number(count("ok"))).toBeLessThan(21_000);
  expect(Number(count("rate_limited")) + Number(count("unauthorized"))).toBeLessThan(21_000);
  const [oldest] = (await prisma.auditEntry.findMany({ where: { result: "ok", action: "config.set" } })) ?? [];
  const kept = JSON.parse(oldest?.changes ?? "[]") as typeof changes;
  expect(kept[0]).toEqual(changes[0]);
  expect(kept[1]?.what.length).toBe(200);
  expect(String(kept[1]?.to).length).toBeLessThan(1010);
  await prisma.$disconnect();
  database.close();
  rmSync(folder, { recursive: true });
});

test("entries of the same millisecond are on one page or the next, each once", async () => {
  const { folder, database, prisma, log } = await openAudit();
  for (let index = 0; index < 25; index++) {
    log.record({ ...entry, target: String(index) });
    await log.flush();
  }
  const seen: string[] = [];
  for (let page = await log.list({ limit: 7 }); page.length > 0; page = await log.list({ limit: 7, after: page.at(-1) }))
    seen.push(...page.map(({ target }) => target));
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => String(24 - index)));
  await prisma.$disconnect();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});
