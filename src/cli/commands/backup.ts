import { resolve } from "node:path";
import { ERROR_TABLE, isAppError } from "~/domain/errors";
import type { Environment } from "~/server/env";
import { type Backup, backUp, openBackup, type Restored, restore } from "~/server/store/file/backup";
import { lockDataDir } from "~/server/store/file/lock";
import { databasePathIn, migrationsOf } from "../data-folder";
import { asOwner } from "../folder-owner";
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

export async function restoreBackup(file: string, input: BackupInput): Promise<void> {
  const { dataDir } = placesOf(input);
  const source = said(() => openBackup(resolve(file)));
  const { before, access } = await asOwner({ dataDir, programDir: input.programDir }, () =>
    restoreLocked(source, dataDir, input),
  );
  const lines = [before === null ? "Restored" : `Restored. The previous database was kept as ${before}.`, ACCESS[access]];
  process.stderr.write(`${lines.join("\n")}\n`);
}

/** Holds the data folder's lock while restoring; refuses when a server runs. */
function restoreLocked(source: Backup, dataDir: string, { flags, programDir }: BackupInput): Restored {
  const lock = lockDataDir(dataDir);
  try {
    const options = { migrations: migrationsOf(programDir), now: Date.now(), withAccess: flags.withAccess === true };
    return said(() => restore(source, databasePathIn(dataDir), options));
  } finally {
    lock.release();
  }
}
