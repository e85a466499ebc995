/** Prepares the data folder at a start: locks it, migrates its database, and replaces a damaged one. */
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { COMMAND_LINE } from "~/domain/access";
import { StartError } from "~/domain/errors";
import { cookieSecret } from "~/server/auth/secret";
import { type RunningServer, writeServerFile } from "~/server/server-file";
import { openDatabase } from "~/server/store/file/database";
import { checkIntegrity, isDamage, moveAside } from "~/server/store/file/integrity";
import { type DataLock, lockDataDir } from "~/server/store/file/lock";
import { type Migration, migrate, pendingMigrations, readMigrations } from "~/server/store/file/migrate";

const FULL = /^SQLITE_(FULL|IOERR)/;

export function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

export function databasePathIn(dataDir: string): string {
  return join(dataDir, "hostscope.db");
}

export function migrationsOf(programDir: string): Migration[] {
  return readMigrations(join(programDir, "prisma", "migrations"));
}

export function makeFolder(path: string, what: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = codeOf(error) === "ENOSPC" ? "the disk is full" : codeOf(error);
    throw new StartError(
      73,
      `Cannot write to the ${what} ${path} (${reason}). Change its permissions, or choose another folder.`,
    );
  }
}

/** Writes where this process listens. */
export function announce(dataDir: string, where: Omit<RunningServer, "pid">): void {
  unlessFull(dataDir, () => writeServerFile(dataDir, { pid: process.pid, ...where }));
}

/** A full disk must not stop a server that has a database. */
function unlessFull(dataDir: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (codeOf(error) !== "ENOSPC" || !existsSync(databasePathIn(dataDir))) throw error;
  }
}

/** Locks the folder. Throws a StartError when another server has it, or when it is not writable. */
export function takeDataDir(dataDir: string): DataLock {
  try {
    const lock = lockDataDir(dataDir);
    announce(dataDir, { url: null });
    unlessFull(dataDir, () => cookieSecret(dataDir));
    return lock;
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      73,
      `Cannot write to the data folder ${dataDir} (${codeOf(error)}). Free some space, or choose another folder.`,
    );
  }
}

/** A damaged database that was renamed, and SQLite's description of the damage. */
export interface ReplacedDatabase {
  keptAs: string;
  damage: string;
}

/** Checks and migrates the database. Renames a damaged one and creates a new one. */
export function prepareDatabase(path: string, migrations: readonly Migration[], now: number): ReplacedDatabase | null {
  const damage = tryToPrepare(path, migrations, now);
  if (damage === null) return null;
  const keptAs = moveAside(path, "damaged", now);
  const again = tryToPrepare(path, migrations, now);
  if (again !== null) throw new StartError(73, `The new database ${path} is damaged as well (${again}). Check the disk.`);
  return { keptAs, damage };
}

/** Returns the damage, or null when the database is ready. */
function tryToPrepare(path: string, migrations: readonly Migration[], now: number): string | null {
  try {
    const database = openDatabase(path, { timeoutMs: 5000, checkpoints: true });
    try {
      const { damage } = checkIntegrity(database);
      if (damage === null) migrate(database, migrations, now);
      return damage;
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof StartError) throw error;
    if (isDamage(error)) return error instanceof Error ? error.message : codeOf(error);
    const code = codeOf(error);
    if (FULL.test(code))
      throw new StartError(73, `There is not enough disk space to create, open or migrate ${path}. Free some space.`);
    if (code === "SQLITE_BUSY") throw new StartError(73, `Another program has locked ${path}. Stop it and start again.`);
    throw new StartError(73, `Cannot open ${path} (${code}).`);
  }
}

/** For commands that run beside a server: migrates an outdated database only when no server has the folder. */
export function readyDataDir(dataDir: string, programDir: string): void {
  makeFolder(dataDir, "data folder");
  const path = databasePathIn(dataDir);
  const migrations = migrationsOf(programDir);
  if (existsSync(path) && onDatabase(path, (database) => pendingMigrations(database, migrations).length === 0)) return;
  const lock = lockDataDir(dataDir);
  try {
    prepareDatabase(path, migrations, Date.now());
  } finally {
    lock.release();
  }
}

export function countUsers(dataDir: string): number {
  return onDatabase(
    databasePathIn(dataDir),
    (database) => database.prepare("SELECT count(*) FROM users").pluck().get() as number,
  );
}

/** `user ann`, `token backup`: what was made or changed over the API before a login was needed for it, and is still valid. */
export function madeWithoutLogin(dataDir: string): string[] {
  return onDatabase(
    databasePathIn(dataDir),
    (database) =>
      database
        .prepare(
          `SELECT 'user ' || name FROM users WHERE username IN (
             SELECT lower(target) FROM audit WHERE actor = 'local' AND address <> @commandLine AND result = 'ok'
               AND action IN ('access.addUser', 'access.setPassword', 'access.setRole') AND audit.at >= users.created_at)
           UNION ALL
           SELECT 'token ' || name || ' (' || id || ')' FROM api_tokens WHERE created_by = 'local' AND name IN (
             SELECT target FROM audit WHERE actor = 'local' AND address <> @commandLine AND result = 'ok'
               AND action = 'access.createToken')`,
        )
        .pluck()
        .all({ commandLine: COMMAND_LINE }) as string[],
  );
}

/** How many changes of settings, rules and silences were made over the API before a login was needed for them. */
export function changesWithoutLogin(dataDir: string): number {
  return onDatabase(
    databasePathIn(dataDir),
    (database) =>
      database
        .prepare(
          `SELECT count(*) FROM audit WHERE actor = 'local' AND address <> @commandLine AND result = 'ok'
             AND (action = 'config.set' OR action LIKE '%ilence' OR action LIKE '%Rule')`,
        )
        .pluck()
        .get({ commandLine: COMMAND_LINE }) as number,
  );
}

function onDatabase<T>(path: string, use: (database: ReturnType<typeof openDatabase>) => T): T {
  const database = openDatabase(path, { timeoutMs: 5000, checkpoints: false });
  try {
    return use(database);
  } finally {
    database.close();
  }
}
