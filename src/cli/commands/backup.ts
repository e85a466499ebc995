import { resolve } from "node:path";
import { ERROR_TABLE, isAppError } from "~/domain/errors";
import type { Environment } from "~/server/env";
import { backUp, restore } from "~/server/store/file/backup";
import { lockDataDir } from "~/server/store/file/lock";
import { databasePathIn, migrationsOf } from "../data-folder";
import { CliError } from "../output";
import { placesOf } from "../places";

interface BackupInput {
  flags: { dataDir?: string; withAccess?: boolean };
  environment: Environment;
  programDir: string;
}

function said<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw isAppError(error) ? new CliError(ERROR_TABLE[error.code].exitCode, error.message) : error;
  }
}

/** `hostscope-20261122-031200.db` in the current folder. */
function defaultName(now: Date): string {
  const digits = now.toISOString().replace(/\D/g, "");
  return `hostscope-${digits.slice(0, 8)}-${digits.slice(8, 14)}.db`;
}

export function backup(file: string | undefined, input: BackupInput): void {
  const target = resolve(file ?? defaultName(new Date()));
  said(() => backUp(databasePathIn(placesOf(input).dataDir), target));
  process.stdout.write(`${target}\n`);
}

const ACCESS = {
  "the folder": "Users and tokens of this folder were kept. Everyone has to log in again.",
  "the backup": "Users and tokens were taken from the backup. Everyone has to log in again.",
  "users of the backup":
    "Users were taken from the backup. Its tokens were dropped, since some may have been revoked; create new ones with `hostscope token create NAME`.",
};

/** Holds the data folder's lock while restoring; refuses when a server runs. */
export function restoreBackup(file: string, input: BackupInput): void {
  const { dataDir } = placesOf(input);
  const lock = lockDataDir(dataDir);
  try {
    const options = {
      migrations: migrationsOf(input.programDir),
      now: Date.now(),
      withAccess: input.flags.withAccess === true,
    };
    const { before, access } = said(() => restore(resolve(file), databasePathIn(dataDir), options));
    const lines = [before === null ? "Restored" : `Restored. The previous database was kept as ${before}.`, ACCESS[access]];
    process.stderr.write(`${lines.join("\n")}\n`);
  } finally {
    lock.release();
  }
}
