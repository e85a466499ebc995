/** Says what a start of this version will do to a data folder, by doing it to a copy. */
import { constants, copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { StartError } from "~/domain/errors";
import { formatDuration, formatText } from "~/domain/format-value";
import { openDatabase } from "~/server/store/file/database";
import { checkIntegrity } from "~/server/store/file/integrity";
import { migrate, pendingMigrations } from "~/server/store/file/migrate";
import { readSpace } from "~/server/store/file/space";
import { databasePathIn, migrationsOf } from "../data-folder";
import { CliError } from "../output";

interface Input {
  programDir: string;
  version: string;
}

/** Where SQLite keeps what is not in the database yet. */
const BESIDE = ["", "-wal"];

function checkSpace(folder: string, bytes: number, what: string): void {
  const { freeBytes } = readSpace(folder);
  if (freeBytes > bytes) return;
  throw new CliError(
    1,
    `${what} needs ${formatText(bytes, "By")} in ${folder}, but only ${formatText(freeBytes, "By")} is free. Free some space and try again.`,
  );
}

/** Opens a copy: SQLite makes files beside what it opens, even for reading. */
function withCopy<T>(path: string, bytes: number, use: (copy: string) => T): T {
  checkSpace(tmpdir(), bytes, "The test copy");
  const folder = mkdtempSync(join(tmpdir(), "hostscope-upgrade-"));
  try {
    const copy = join(folder, "hostscope.db");
    for (const suffix of BESIDE) {
      if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix, constants.COPYFILE_FICLONE);
    }
    return use(copy);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Exits with 65 when a newer version wrote the folder, and with 1 when the upgrade would fail. */
export function upgradeCheck(folder: string, { programDir, version }: Input): void {
  const path = databasePathIn(resolve(folder));
  if (!existsSync(path)) throw new CliError(5, `There is no database ${path}. Specify the data folder of an installation.`);
  const bytes = BESIDE.reduce((sum, suffix) => sum + (existsSync(path + suffix) ? statSync(path + suffix).size : 0), 0);
  const lines = withCopy(path, bytes, (copy) => tried(copy, { path, bytes, programDir, version }));
  process.stdout.write(`${lines.join("\n")}\n`);
}

function tried(copy: string, { path, bytes, programDir, version }: Input & { path: string; bytes: number }): string[] {
  const migrations = migrationsOf(programDir);
  const database = openDatabase(copy, { timeoutMs: 5000, checkpoints: true });
  try {
    const { damage } = checkIntegrity(database, Number.POSITIVE_INFINITY);
    if (damage !== null) throw new CliError(1, `${path} is damaged (${damage}). Restore a backup before the upgrade.`);
    const pending = pendingMigrations(database, migrations).map(({ name }) => name);
    if (pending.length === 0) return [`${path} needs no changes for Hostscope ${version}.`];
    const started = performance.now();
    migrate(database, migrations, Date.now());
    const seconds = (performance.now() - started) / 1000;
    checkSpace(resolve(path, ".."), bytes, "The backup before the upgrade");
    return [
      `${path} was written by an older version. At its next start, Hostscope ${version} will`,
      `  1. copy it to ${path}.backup (${formatText(bytes, "By")})`,
      `  2. apply ${pending.join(", ")}: this took ${formatDuration(seconds)} on a copy, without errors`,
      "To downgrade, stop the server and restore that backup with `hostscope restore` of the older version.",
    ];
  } catch (error) {
    if (error instanceof StartError) throw new CliError(error.exitCode, error.message.replaceAll(copy, path));
    throw error;
  } finally {
    database.close();
  }
}
