/** Backs up a database while a server writes to it, and restores one while no server runs. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { AppError } from "~/domain/errors";
import { flushToDisk, replaceFileSync } from "../../replace-file";
import { openDatabase, openForReading } from "./database";
import { checkIntegrity, moveAside } from "./integrity";
import { copyDatabase, type Migration, pendingMigrations } from "./migrate";

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
  if (!existsSync(path)) throw new AppError("not_found", `there is no database ${path}: name the data folder with --data-dir`);
  if (existsSync(target)) throw new AppError("conflict", `${target} exists already: name another file`);
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const database = openForReading(path);
  try {
    replaceFileSync(target, (copy) => {
      copyDatabase(database, copy);
      if (!isWhole(copy)) throw new AppError("internal", `the copy of ${path} is damaged: run \`hostscope doctor\``);
    });
  } finally {
    database.close();
  }
}

/** Replaces the database with a copy. Returns the new name of the old database, null when there was none. */
export function restore(source: string, path: string, migrations: readonly Migration[], now: number): string | null {
  if (!existsSync(source)) throw new AppError("not_found", `there is no file ${source}`);
  const copy = `${path}.restoring`;
  try {
    copyFileSync(source, copy);
    chmodSync(copy, 0o600);
    const database = new Database(copy);
    try {
      const { damage } = checkIntegrity(database, Number.POSITIVE_INFINITY);
      const isOurs =
        damage === null && database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sample_log'").get() !== undefined;
      if (!isOurs)
        throw new AppError(
          "bad_request",
          `${source} is no whole Hostscope database (${damage ?? "it has no samples"}): nothing was changed`,
        );
      pendingMigrations(database, migrations);
      // Merge the copy's write-ahead log into the file: only the file is moved.
      database.pragma("journal_mode = DELETE");
    } finally {
      database.close();
    }
    flushToDisk(copy);
    let before: string | null = null;
    if (existsSync(path)) {
      foldLog(path);
      before = moveAside(path, "before-restore", now);
    }
    renameSync(copy, path);
    return before;
  } finally {
    for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(copy + suffix, { force: true });
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
