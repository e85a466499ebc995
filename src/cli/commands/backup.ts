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
  "the folder": "users and tokens are those that this folder had; everybody has to log in again",
  "the backup": "users and tokens are those of the backup; everybody has to log in again",
  "users of the backup":
    "users are those of the backup; its tokens are dropped, since some may have been revoked: `hostscope token create` makes new ones",
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
    const lines = [before === null ? "restored" : `restored; what was there before is kept as ${before}`, ACCESS[access]];
    process.stderr.write(`${lines.join("\n")}\n`);
  } finally {
    lock.release();
  }
}
