/** Opens the users and tokens of a data folder, with or without a server. Write access to the folder is full access anyway. */
import { existsSync } from "node:fs";
import { type AuditChange, COMMAND_LINE } from "~/domain/access";
import { Auth } from "~/server/auth/auth";
import type { Environment } from "~/server/env";
import { openPrisma } from "~/server/store/file/prisma";
import { AuditLog } from "~/server/store/records/audit";
import { databasePathIn, readyDataDir } from "./data-folder";
import { asOwner } from "./folder-owner";
import { CliError } from "./output";
import { isReleased, placesOf } from "./places";

/** Input of every command on the data folder. */
export interface FolderInput {
  flags: { dataDir?: string; json?: boolean };
  environment: Environment;
  programDir: string;
}

/** How long to wait for a running server's lock on the database. */
const LOCK_WAIT_MS = 5000;

/** An installed program has another folder for each user. A database made in the wrong one would keep users that no server looks for. */
export function noDatabase(dataDir: string, { isRoot, released }: { isRoot: boolean; released: boolean }): string {
  const other = isRoot
    ? "If another user runs Hostscope, run this as that user."
    : "If Hostscope runs as a service, run this with sudo.";
  return `There is no database in ${dataDir}. ${released ? `${other} Otherwise start it` : "Start Hostscope"} once first, or specify its data folder with --data-dir.`;
}

type Note = (action: string, target: string, ...changes: AuditChange[]) => void;

/** `note` writes to the audit log. */
export async function withAuth<T>(
  { flags, environment, programDir }: FolderInput,
  use: (auth: Auth, note: Note) => Promise<T>,
): Promise<T> {
  process.umask(0o077);
  const { dataDir } = placesOf({ flags, environment, programDir });
  const isNamed = (flags.dataDir ?? environment.dataDir) !== undefined;
  if (!isNamed && !existsSync(databasePathIn(dataDir))) {
    throw new CliError(5, noDatabase(dataDir, { isRoot: process.getuid?.() === 0, released: isReleased(programDir) }));
  }
  return asOwner({ dataDir, programDir }, () => withOpenAuth(dataDir, programDir, use));
}

async function withOpenAuth<T>(dataDir: string, programDir: string, use: (auth: Auth, note: Note) => Promise<T>): Promise<T> {
  readyDataDir(dataDir, programDir);
  const databasePath = databasePathIn(dataDir);
  const prisma = await openPrisma(databasePath);
  const audit = new AuditLog(prisma, (error) => {
    process.stderr.write(`Cannot write the audit log: ${String(error)}\n`);
  });
  const auth = await Auth.open({ databasePath, dataDir, timeoutMs: LOCK_WAIT_MS });
  try {
    return await use(auth, (action, target, ...changes) =>
      audit.record({ at: Date.now(), actor: "local", address: COMMAND_LINE, action, target, result: "ok", changes }),
    );
  } finally {
    await audit.flush();
    await auth.close();
    await prisma.$disconnect();
  }
}
