import { existsSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";

/** SQLite before 3.51.3 can corrupt a WAL database that two connections write and checkpoint. */
const SAFE_SQLITE = [3, 51, 3] as const;

export interface OpenOptions {
  /** How long a statement may wait for another process's lock. The wait blocks the thread, so the main thread uses 0. */
  timeoutMs: number;
  /** Only one connection does so by itself: the collector thread's. */
  checkpoints: boolean;
}

/** Opens the database in WAL mode. Throws when the file cannot be opened or is not a database. */
export function openDatabase(path: string, { timeoutMs, checkpoints }: OpenOptions): Database.Database {
  const database = new Database(path, { timeout: timeoutMs });
  try {
    // auto_vacuum must be set before the first table. Setting it again would write, which a full disk does not allow.
    if (database.pragma("page_count", { simple: true }) === 0) database.pragma("auto_vacuum = INCREMENTAL");
    const mode = database.pragma("journal_mode = WAL", { simple: true });
    if (mode !== "wal") throw new Error(`the database cannot be switched to WAL mode (${String(mode)})`);
    database.pragma("synchronous = NORMAL");
    database.pragma("journal_size_limit = 67108864");
    database.pragma("trusted_schema = OFF");
    database.pragma("cell_size_check = ON");
    database.pragma(`wal_autocheckpoint = ${checkpoints ? 1000 : 0}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens it read-only, which is safe while a server writes to it. */
export function openForReading(path: string): Database.Database {
  return new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
}

const INDEX_BYTES = 32_768;

/**
 * Creates the -shm file, the index of the write-ahead log, which SQLite deletes with the last connection: on a disk that has
 * become full, the next start could not create it. SQLite rebuilds its content when it opens the file.
 */
export function reserveIndex(path: string): void {
  if (existsSync(path) && !existsSync(`${path}-shm`)) writeFileSync(`${path}-shm`, Buffer.alloc(INDEX_BYTES), { mode: 0o600 });
}

export function isSqliteSafe(): boolean {
  const memory = new Database(":memory:");
  const version = (memory.prepare("SELECT sqlite_version() AS version").get() as { version: string }).version;
  memory.close();
  const parts = version.split(".").map(Number);
  for (const [index, wanted] of SAFE_SQLITE.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** True when another process holds a lock. */
export function isLocked(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test((error as { code?: string })?.code ?? "");
}

/** True for errors that go away by themselves: another process holds a lock, or the disk is full. */
export function isTransient(error: unknown): boolean {
  const code = (error as { code?: string })?.code ?? "";
  return /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN)/.test(code);
}
