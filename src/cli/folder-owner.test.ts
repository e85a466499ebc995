import { chmodSync, chownSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEnvironment } from "~/server/env";
import { backup, restoreBackup } from "./commands/backup";
import { createToken } from "./commands/token";
import { addUser, listUsers } from "./commands/user";
import { databasePathIn, readyDataDir, takeDataDir } from "./data-folder";

const NOBODY = 65_534;
const skipped = process.getuid?.() !== 0;

let folder: string;
/** The checkout may be in a folder that nobody else may enter. */
let programDir: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-owner-"));
  chmodSync(folder, 0o755);
  programDir = join(folder, "program");
  for (const path of ["package.json", "prisma/migrations"]) cpSync(path, join(programDir, path), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inputOf = (dataDir: string) => ({ flags: { dataDir }, environment: readEnvironment(), programDir });

/** A data folder as a service of another user leaves it. */
function folderOfNobody(name: string): string {
  const dataDir = join(folder, name);
  readyDataDir(dataDir, process.cwd());
  for (const path of [dataDir, ...readdirSync(dataDir).map((file) => join(dataDir, file))]) chownSync(path, NOBODY, NOBODY);
  return dataDir;
}

const ownersIn = (dataDir: string) =>
  Object.fromEntries(
    readdirSync(dataDir).map((name) => [
      name.replace(/before-restore.*/, "before"),
      [statSync(join(dataDir, name)).uid, statSync(join(dataDir, name)).gid],
    ]),
  );

/** What loads its code when it first runs loads it from a checkout that nobody else may be able to read. */
async function warmUp(passwordFile: string): Promise<void> {
  const dataDir = join(folder, "of-root");
  readyDataDir(dataDir, process.cwd());
  const input = inputOf(dataDir);
  await addUser("ann", { ...input, flags: { dataDir, passwordFile } });
  await createToken("probe", input);
  await listUsers(input);
}

test.skipIf(skipped)("what root adds belongs to the owner of the data folder, and root is root again", async () => {
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, "correct horse battery staple", { mode: 0o600 });
  await warmUp(passwordFile);
  const dataDir = folderOfNobody("users");
  rmSync(join(dataDir, "lock.db"));
  await addUser("ann", { ...inputOf(dataDir), flags: { dataDir, passwordFile } });
  await createToken("probe", inputOf(dataDir));
  expect(ownersIn(dataDir)).toMatchObject({ "auth.secret": [NOBODY, NOBODY], "hostscope.db": [NOBODY, NOBODY] });
  expect(new Set(Object.values(ownersIn(dataDir)).flat())).toEqual(new Set([NOBODY]));
  expect([process.geteuid?.(), process.getegid?.()]).toEqual([0, 0]);
});

test.skipIf(skipped)("root writes nothing for an owner who may not enter the program's folder", async () => {
  const dataDir = folderOfNobody("closed");
  const closed = join(folder, "home");
  cpSync(programDir, join(closed, "program"), { recursive: true });
  chmodSync(closed, 0o700);
  const before = readdirSync(dataDir);
  const creating = createToken("probe", { ...inputOf(dataDir), programDir: join(closed, "program") });
  await expect(creating).rejects.toThrow(`may not enter ${closed}`);
  expect(readdirSync(dataDir)).toEqual(before);
  expect(process.geteuid?.()).toBe(0);
});

test.skipIf(skipped)("root restores a backup that only root can read, and the database is still the owner's", async () => {
  const dataDir = folderOfNobody("restored");
  const copy = join(folder, "copy.db");
  backup(copy, inputOf(dataDir));
  expect(statSync(copy).uid).toBe(0);
  await restoreBackup(copy, inputOf(dataDir));
  expect(ownersIn(dataDir)).toMatchObject({ "hostscope.db": [NOBODY, NOBODY], "hostscope.db.before": [NOBODY, NOBODY] });
  expect(new Set(Object.values(ownersIn(dataDir)).flat())).toEqual(new Set([NOBODY]));
  expect(process.geteuid?.()).toBe(0);
});

test.skipIf(skipped)("a server of root in a folder of another user keeps its files", async () => {
  const dataDir = folderOfNobody("of-container");
  chownSync(databasePathIn(dataDir), 0, 0);
  await createToken("probe", inputOf(dataDir));
  expect(ownersIn(dataDir)["auth.secret"]).toEqual([0, 0]);
});

test("the key that signs cookies is there once a server has started", () => {
  const dataDir = join(folder, "started");
  readyDataDir(dataDir, process.cwd());
  takeDataDir(dataDir).release();
  expect(statSync(join(dataDir, "auth.secret")).mode & 0o777).toBe(0o600);
});
