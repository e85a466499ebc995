/** Applies prisma/migrations to the database in one transaction, after copying a database with content. */
import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { StartError } from "~/domain/errors";
import { replaceFileSync } from "../../replace-file";

export interface Migration {
  name: string;
  sql: string;
}

/** The migrations of this program version, oldest first. */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_/.test(name))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name, "migration.sql"), "utf8") }));
}

const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "checksum" TEXT NOT NULL,
  "finished_at" DATETIME,
  "migration_name" TEXT NOT NULL,
  "logs" TEXT,
  "rolled_back_at" DATETIME,
  "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;

function hasTable(database: Database.Database, name: string): boolean {
  return database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(name) !== undefined;
}

/** The migrations that the database lacks. Throws a StartError with 65 when it has one that this program does not know. */
export function pendingMigrations(database: Database.Database, migrations: readonly Migration[]): Migration[] {
  if (!hasTable(database, "_prisma_migrations")) return [...migrations];
  const rows = database
    .prepare(
      'SELECT migration_name AS name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name',
    )
    .all() as { name: string }[];
  const known = new Set(migrations.map(({ name }) => name));
  const newer = rows.find(({ name }) => !known.has(name));
  if (newer) {
    throw new StartError(
      65,
      `${database.name} was written by a newer Hostscope (it has migration ${newer.name}; this version ends at ${migrations.at(-1)?.name}). ` +
        "Start that version, or restore the copy next to it that ends in .backup.",
    );
  }
  const applied = new Set(rows.map(({ name }) => name));
  return migrations.filter(({ name }) => !applied.has(name));
}

/** Writes a consistent copy to a file that must not exist. Private from its first byte: SQLite fills the empty file it finds. */
export function copyDatabase(database: Database.Database, target: string): void {
  writeFileSync(target, "", { mode: 0o600, flag: "wx" });
  database.prepare("VACUUM INTO ?").run(target);
}

/**
 * Brings the schema up to date and returns the names of the applied migrations. Copies a database with content to `<path>.backup`
 * first, so that an older program can be put back. If killed at any point, it leaves the old schema or the new one.
 */
export function migrate(database: Database.Database, migrations: readonly Migration[], now: number): string[] {
  const pending = pendingMigrations(database, migrations);
  if (pending.length === 0) return [];
  if (hasTable(database, "_prisma_migrations")) {
    replaceFileSync(`${database.name}.backup`, (copy) => copyDatabase(database, copy));
  }
  database
    .transaction(() => {
      database.exec(MIGRATIONS_TABLE);
      const insert = database.prepare(
        'INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name, started_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)',
      );
      for (const { name, sql } of pending) {
        database.exec(sql);
        insert.run(randomUUID(), createHash("sha256").update(sql).digest("hex"), now, name, now);
      }
    })
    .exclusive();
  return pending.map(({ name }) => name);
}
