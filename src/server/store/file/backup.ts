/** Backs up a database while a server writes to it, and restores one while no server runs. */
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { AppError } from "~/domain/errors";
import { flushToDisk, replaceFileSync } from "../../replace-file";
import { openDatabase, openForReading } from "./database";
import { COMPANIONS, checkIntegrity, moveAside } from "./integrity";
import { copyDatabase, type Migration, migrate, pendingMigrations } from "./migrate";

function isWhole(path: string): boolean {
  const copy = openForReading(path);
  try {
    return checkIntegrity(copy, Number.POSITIVE_INFINITY).damage === null;
  } finally {
    copy.close();
  }
}

/** Writes a consistent copy to a file that must not exist. A running server is not interrupted. */
export function backUp(path: string, target: string): void {
  if (!existsSync(path))
    throw new AppError("not_found", `There is no database ${path}. Specify the data folder with --data-dir.`);
  if (existsSync(target)) throw new AppError("conflict", `${target} already exists. Choose another file.`);
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const database = openForReading(path);
  try {
    replaceFileSync(target, (copy) => {
      copyDatabase(database, copy);
      if (!isWhole(copy)) throw new AppError("internal", `The copy of ${path} is damaged. Run \`hostscope doctor\`.`);
    });
  } finally {
    database.close();
  }
}

export interface Restored {
  /** The new name of the old database; null when there was none. */
  before: string | null;
  /** Where users and tokens are from; `users of the backup`: its tokens are dropped, since nobody knows which were revoked. */
  access: "the folder" | "the backup" | "users of the backup";
}

export interface RestoreOptions {
  migrations: readonly Migration[];
  now: number;
  /** Takes users and tokens from the backup: those that were removed, revoked or changed since are valid again. */
  withAccess?: boolean;
}

/** A backup that is open: whoever restores it may have fewer rights than whoever opened it. */
export interface Backup {
  path: string;
  /** By what their names have after the path. */
  descriptors: ReadonlyMap<string, number>;
}

export function openBackup(path: string): Backup {
  if (!existsSync(path)) throw new AppError("not_found", `There is no file ${path}.`);
  // The newest rows of a server that was killed are in the log. SQLite makes the -shm anew.
  const there = ["", "-wal", "-journal"].filter((suffix) => existsSync(path + suffix));
  return { path, descriptors: new Map(there.map((suffix) => [suffix, openSync(path + suffix, "r")])) };
}

const COPY_BYTES = 1024 * 1024;

/** Closes the backup. */
function copyBackup({ descriptors }: Backup, target: string): void {
  for (const [suffix, descriptor] of descriptors) copyFile(descriptor, target + suffix);
}

function copyFile(descriptor: number, target: string): void {
  const copy = openSync(target, "wx", 0o600);
  try {
    const buffer = Buffer.allocUnsafe(COPY_BYTES);
    for (let bytes = 1; bytes > 0; ) {
      bytes = readSync(descriptor, buffer);
      writeFileSync(copy, buffer.subarray(0, bytes));
    }
  } finally {
    closeSync(copy);
    closeSync(descriptor);
  }
}

/**
 * Replaces the database with a copy. Logins end. Users and tokens stay as they are in the folder, since a copy would bring back what was
 * revoked after it was made.
 */
export function restore(backup: Backup, path: string, { migrations, now, withAccess = false }: RestoreOptions): Restored {
  const copy = `${path}.restoring`;
  try {
    for (const suffix of ["", ...COMPANIONS]) rmSync(copy + suffix, { force: true });
    copyBackup(backup, copy);
    const database = new Database(copy);
    let access: Restored["access"] = "the backup";
    try {
      const { damage } = checkIntegrity(database, Number.POSITIVE_INFINITY);
      const isOurs =
        damage === null && database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sample_log'").get() !== undefined;
      if (!isOurs)
        throw new AppError(
          "bad_request",
          `${backup.path} is not an intact Hostscope database (${damage ?? "it has no samples"}). Nothing was changed.`,
        );
      assertOwnSchema(database, migrations, backup.path);
      access = restrictAccess(database, path, withAccess);
      // Merge the copy's write-ahead log into the file: only the file is moved.
      database.pragma("journal_mode = DELETE");
    } finally {
      database.close();
    }
    flushToDisk(copy);
    const isThere = existsSync(path);
    if (isThere) foldLog(path);
    const aside = moveAside(path, "before-restore", now);
    renameSync(copy, path);
    return { before: isThere ? aside : null, access };
  } finally {
    for (const suffix of ["", ...COMPANIONS]) rmSync(copy + suffix, { force: true });
  }
}

interface SchemaObject {
  type: string;
  name: string;
  sql: string | null;
}

function schemaOf(database: Database.Database): string[] {
  const objects = database.prepare("SELECT type, name, sql FROM sqlite_master").all() as SchemaObject[];
  // What SQLite makes by itself. It takes no other names that begin so, in any case of letters.
  const isSqlites = ({ type, name, sql }: SchemaObject) =>
    (type === "table" && /^sqlite_(sequence|stat[14])$/.test(name)) ||
    (type === "index" && sql === null && name.startsWith("sqlite_autoindex_"));
  return objects
    .filter((one) => !isSqlites(one))
    .map(({ type, name, sql }) => `${type} ${name}: ${sql}`)
    .sort();
}

/**
 * Throws unless tables and indexes are to the letter those of the migrations that the copy says it has. A file that somebody else has had
 * can say more than rows: a trigger or a generated column runs with each later read or write.
 */
function assertOwnSchema(copy: Database.Database, migrations: readonly Migration[], source: string): void {
  copy.pragma("trusted_schema = OFF");
  const pending = new Set(pendingMigrations(copy, migrations));
  const fresh = new Database(":memory:");
  try {
    migrate(
      fresh,
      migrations.filter((one) => !pending.has(one)),
      0,
    );
    const [own, theirs] = [new Set(schemaOf(fresh)), new Set(schemaOf(copy))];
    const foreign = [...theirs].find((one) => !own.has(one)) ?? [...own].find((one) => !theirs.has(one));
    if (foreign === undefined) return;
    const what = foreign.slice(0, foreign.indexOf(":"));
    throw new AppError("bad_request", `The schema of ${source} does not match Hostscope (${what}). Nothing was changed.`);
  } finally {
    fresh.close();
  }
}

const hasTable = (database: Database.Database, schema: string, table: string) =>
  database.prepare(`SELECT 1 FROM ${schema}.sqlite_master WHERE name = ?`).get(table) !== undefined;

const columnsOf = (database: Database.Database, schema: string, table: string) =>
  database.prepare(`SELECT name FROM pragma_table_info(?, ?)`).pluck().all(table, schema) as string[];

/** Ends the logins of a copy, and takes its users and tokens from the database at `path` if there is one. */
function restrictAccess(copy: Database.Database, path: string, withAccess: boolean): Restored["access"] {
  if (!hasTable(copy, "main", "api_tokens")) return "the backup";
  copy.exec("DELETE FROM sessions");
  if (withAccess) return "the backup";
  try {
    copy.prepare("ATTACH ? AS now").run(existsSync(path) ? path : ":memory:");
    if (!hasTable(copy, "now", "api_tokens")) throw new Error("there are no users");
    copy.transaction(() => {
      for (const table of ["accounts", "users", "api_tokens"]) copy.exec(`DELETE FROM main.${table}`);
      for (const table of ["users", "accounts", "api_tokens"]) {
        const theirs = new Set(columnsOf(copy, "now", table));
        const columns = columnsOf(copy, "main", table)
          .filter((name) => theirs.has(name))
          .join(", ");
        copy.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM now.${table}`);
      }
    })();
    return "the folder";
  } catch {
    // Nothing there, or damaged.
    copy.exec("DELETE FROM api_tokens");
    return "users of the backup";
  } finally {
    copy.exec("DETACH now");
  }
}

/**
 * Merges the write-ahead log, so that the old database is one file that can be moved anywhere. A damaged one keeps its log next
 * to it.
 */
function foldLog(path: string): void {
  try {
    openDatabase(path, { timeoutMs: 0, checkpoints: true }).close();
  } catch {
    // Then it is moved as it is.
  }
}
