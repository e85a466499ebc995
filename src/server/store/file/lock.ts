/**
 * Allows one server per data directory. The lock is SQLite's, on a file of its own: the kernel releases it however the process
 * ends.
 */
import { join } from "node:path";
import Database from "better-sqlite3";
import { StartError } from "~/domain/errors";
import { readServerFile } from "../../server-file";

export interface DataLock {
  release(): void;
}

/** Throws a StartError with 73 when another server has locked the directory. */
export function lockDataDir(dataDir: string): DataLock {
  const lock = new Database(join(dataDir, "lock.db"), { timeout: 0 });
  try {
    lock.pragma("locking_mode = EXCLUSIVE");
    // Nothing is ever written to it: locking must work on a full disk.
    lock.pragma("journal_mode = MEMORY");
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
    const other = readServerFile(dataDir);
    const who = other ? ` (pid ${other.pid}${other.url ? `, ${other.url}` : ""})` : "";
    throw new StartError(73, `Another Hostscope${who} is already using ${dataDir}. Use that one, or stop it first.`);
  }
  return { release: () => lock.close() };
}
