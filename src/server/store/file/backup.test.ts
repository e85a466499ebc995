import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { backUp, openBackup, restore } from "./backup";
import { openDatabase, openForReading, reserveIndex } from "./database";
import { copyDatabase, migrate, readMigrations } from "./migrate";
import { readSpace, spaceOf } from "./space";

let folder: string;
let path: string;
const migrations = readMigrations("prisma/migrations");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-backup-"));
  path = join(folder, "hostscope.db");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function openMigrated() {
  const database = openDatabase(path, { timeoutMs: 0, checkpoints: true });
  migrate(database, migrations, 0);
  return database;
}

const set = "INSERT OR REPLACE INTO settings (name, value, changed_at) VALUES ('key', ?, 0)";
const get = "SELECT value FROM settings WHERE name = 'key'";

function valueIn(file: string): unknown {
  const database = openForReading(file);
  const value = database.prepare(get).pluck().get();
  database.close();
  return value;
}

test("a backup of a database in use is whole, private, and what was there at that moment", () => {
  const database = openMigrated();
  database.prepare(set).run("before");
  const target = join(folder, "deep", "copy.db");
  backUp(path, target);
  database.prepare(set).run("after");
  database.close();
  expect(valueIn(target)).toBe("before");
  expect(statSync(target).mode & 0o077).toBe(0);
  expect(() => backUp(path, target)).toThrow("already exists");
});

test("a copy is private from its first byte, and so is the folder that is made for it", () => {
  const database = openMigrated();
  const target = join(folder, "copy.db");
  const modes: number[] = [];
  const before = process.umask(0);
  try {
    copyDatabase(database, target);
    modes.push(statSync(target).mode & 0o777);
    backUp(path, join(folder, "new", "copy.db"));
    modes.push(statSync(join(folder, "new")).mode & 0o777);
  } finally {
    process.umask(before);
    database.close();
  }
  expect(modes).toEqual([0o600, 0o700]);
});

/** A copy of the files of a server that was killed: its newest rows are only in the log. */
function killed(name: string): string {
  const database = openMigrated();
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.pragma("wal_autocheckpoint = 0");
  database.prepare(set).run(`only in the log of ${name}`);
  mkdirSync(join(folder, name));
  const copy = join(folder, name, "hostscope.db");
  for (const suffix of ["", "-wal"]) copyFileSync(path + suffix, copy + suffix);
  database.close();
  return copy;
}

test("restoring the files of a killed server restores its log as well", () => {
  const copy = killed("copied");
  const target = join(folder, "restored.db");
  // Left by a restore that was killed.
  writeFileSync(`${target}.restoring-wal`, "something else");
  restore(openBackup(copy), target, { migrations, now: 0 });
  expect(valueIn(target)).toBe("only in the log of copied");
  expect(existsSync(`${copy}-wal`)).toBe(true);
});

test("a log that is left of another database is moved aside, not played into the restored one", () => {
  const backup = join(folder, "backup.db");
  const database = openMigrated();
  database.prepare(set).run("of the backup");
  backUp(path, backup);
  database.close();
  const target = killed("left");
  rmSync(target);
  writeFileSync(`${target}-journal`, "old");
  const now = Date.UTC(2026, 10, 22);
  expect(restore(openBackup(backup), target, { migrations, now }).before).toBeNull();
  for (const suffix of ["-wal", "-journal"])
    expect([existsSync(target + suffix), existsSync(`${target}.before-restore-2026-11-22T00-00-00Z${suffix}`)]).toEqual([
      false,
      true,
    ]);
  expect(valueIn(target)).toBe("of the backup");
});

test("restoring puts the copy in place and keeps what was there, its log included", () => {
  const database = openMigrated();
  database.prepare(set).run("old");
  const copy = join(folder, "copy.db");
  backUp(path, copy);
  database.prepare(set).run("new, and only in the log");
  database.close();
  const { before: kept } = restore(openBackup(copy), path, { migrations, now: Date.UTC(2026, 10, 22) });
  expect(valueIn(path)).toBe("old");
  expect(kept).toBe(`${path}.before-restore-2026-11-22T00-00-00Z`);
  expect(valueIn(kept ?? "")).toBe("new, and only in the log");
});

test.each([
  ["a file that is no database", (copy: string) => writeFileSync(copy, "no database".repeat(1000))],
  ["a damaged copy", (copy: string) => writeFileSync(copy, readFileSync(copy).fill(7, 4096, 60_000))],
])("%s is refused, and nothing is changed", (_name, damage) => {
  const database = openMigrated();
  database.prepare(set).run("mine");
  const copy = join(folder, "copy.db");
  backUp(path, copy);
  database.close();
  damage(copy);
  expect(() => restore(openBackup(copy), path, { migrations, now: 0 })).toThrow("Nothing was changed");
  expect(valueIn(path)).toBe("mine");
});

test("a backup from a newer program is refused", () => {
  openMigrated().close();
  const copy = join(folder, "copy.db");
  backUp(path, copy);
  expect(() => restore(openBackup(copy), path, { migrations: migrations.slice(0, -1), now: 0 })).toThrow("newer Hostscope");
  expect(existsSync(`${path}.restoring`)).toBe(false);
});

test("room for the log's index stays after a clean end, and does no harm", () => {
  const database = openMigrated();
  database.prepare(set).run("kept");
  database.close();
  reserveIndex(path);
  expect(statSync(`${path}-shm`).size).toBe(32_768);
  expect(valueIn(path)).toBe("kept");
});

test.each([
  // name                                    total   free    was    writable
  ["plenty", 1e12, 1e11, true, true],
  ["less than 100 MB of a large disk", 1e12, 9e7, true, false],
  ["just above the floor goes on", 1e12, 1.1e8, true, true],
  ["just above the floor does not begin again", 1e12, 1.1e8, false, false],
  ["well above it does", 1e12, 1.3e8, false, true],
  ["a small disk may be fuller", 3.2e7, 2e6, true, true],
  ["but not full", 3.2e7, 1e6, true, false],
] as const)("writing with %s", (_name, totalBytes, freeBytes, was, writable) => {
  expect(spaceOf({ totalBytes, freeBytes }, was).writable).toBe(writable);
});

test("the room on the disk of a folder can be read", () => {
  expect(readSpace(folder).freeBytes).toBeGreaterThan(0);
});

test("restoring brings no removed user, no revoked token, no old password and no login back", () => {
  const database = openMigrated();
  const users = database.prepare(
    "INSERT INTO users (id, name, username, role, email, created_at, updated_at) VALUES (?, ?, ?, ?, ?, 0, 0)",
  );
  const account = database.prepare(
    "INSERT INTO accounts (id, account_id, provider_id, user_id, password, created_at, updated_at) VALUES (?, ?, 'credential', ?, ?, 0, 0)",
  );
  for (const name of ["ann", "bob"]) {
    users.run(name, name, name, "admin", `${name}@localhost`);
    account.run(name, name, name, "old");
  }
  const token = database.prepare(
    "INSERT INTO api_tokens (id, name, role, hash, created_by, created_at) VALUES (?, ?, 'admin', ?, 'ann', 0)",
  );
  token.run("1", "kept", "a");
  token.run("2", "revoked", "b");
  database.exec(
    "INSERT INTO sessions (id, token, user_id, expires_at, created_at, updated_at) VALUES ('1', 't', 'ann', 9, 0, 0)",
  );
  const copy = join(folder, "copy.db");
  backUp(path, copy);
  database.exec("DELETE FROM api_tokens WHERE id = '2'");
  database.exec("DELETE FROM users WHERE id = 'bob'");
  database.exec("UPDATE accounts SET password = 'new'");
  database.close();
  const accessOf = (file: string) => {
    const opened = openForReading(file);
    const rows = (sql: string) => opened.prepare(sql).pluck().all();
    const access = {
      users: rows("SELECT name FROM users"),
      passwords: rows("SELECT password FROM accounts"),
      tokens: rows("SELECT name FROM api_tokens"),
      sessions: rows("SELECT id FROM sessions"),
    };
    opened.close();
    return access;
  };
  expect(restore(openBackup(copy), path, { migrations, now: 0 }).access).toBe("the folder");
  expect(accessOf(path)).toEqual({ users: ["ann"], passwords: ["new"], tokens: ["kept"], sessions: [] });

  const elsewhere = join(folder, "elsewhere.db");
  expect(restore(openBackup(copy), elsewhere, { migrations, now: 0 }).access).toBe("users of the backup");
  expect(accessOf(elsewhere)).toEqual({ users: ["ann", "bob"], passwords: ["old", "old"], tokens: [], sessions: [] });

  expect(restore(openBackup(copy), elsewhere, { migrations, now: 0, withAccess: true }).access).toBe("the backup");
  expect(accessOf(elsewhere)).toEqual({
    users: ["ann", "bob"],
    passwords: ["old", "old"],
    tokens: ["kept", "revoked"],
    sessions: [],
  });
});

test.each([
  ["a trigger", 'CREATE TRIGGER "ev""il" AFTER INSERT ON settings BEGIN DELETE FROM audit; END'],
  [
    "a trigger that is called like one of SQLite's own",
    "CREATE TRIGGER sqliteXevil AFTER INSERT ON settings BEGIN DELETE FROM audit; END",
  ],
  ["a view", "CREATE VIEW evil AS SELECT * FROM users"],
  ["a table in another case", "ALTER TABLE api_tokens RENAME TO t; ALTER TABLE t RENAME TO API_TOKENS"],
  ["a generated column", "ALTER TABLE users ADD COLUMN more TEXT GENERATED ALWAYS AS ('admin') VIRTUAL"],
  ["a table too few", "DROP TABLE api_tokens"],
  ["an index on an expression", "CREATE INDEX evil ON users (lower(name))"],
])("a backup with %s is refused: it is not only rows", (_name, sql) => {
  const database = openMigrated();
  database.prepare(set).run("mine");
  const copy = join(folder, "copy.db");
  backUp(path, copy);
  database.close();
  const changed = openDatabase(copy, { timeoutMs: 0, checkpoints: true });
  changed.exec(sql);
  changed.pragma("journal_mode = DELETE");
  changed.close();
  expect(() => restore(openBackup(copy), path, { migrations, now: 0 })).toThrow("does not match Hostscope");
  expect(valueIn(path)).toBe("mine");
});

test("a backup of an earlier version is taken", () => {
  const earlier = openDatabase(join(folder, "earlier.db"), { timeoutMs: 0, checkpoints: true });
  migrate(earlier, migrations.slice(0, -1), 0);
  earlier.pragma("journal_mode = DELETE");
  earlier.close();
  expect(restore(openBackup(join(folder, "earlier.db")), path, { migrations, now: 0 }).access).toBe("users of the backup");
});
