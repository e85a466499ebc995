import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEnvironment } from "~/server/env";
import { noDatabase, withAuth } from "./auth-folder";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-auth-"));
  writeFileSync(join(folder, "release.json"), "{}");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a user is not added to a database that nobody has asked for and no server has made", async () => {
  const environment = { ...readEnvironment(), dataDir: undefined, xdg: { config: folder, data: folder, state: folder } };
  const adding = withAuth({ flags: {}, environment, programDir: join(folder, "checkout") }, async () => {});
  await expect(adding).rejects.toMatchObject({ exitCode: 5 });
  expect(existsSync(join(folder, "checkout"))).toBe(false);
});

test("a folder that is named gets its database", async () => {
  const dataDir = join(folder, "named");
  const input = { flags: { dataDir }, environment: readEnvironment(), programDir: process.cwd() };
  expect(await withAuth(input, (auth) => auth.users.list())).toEqual([]);
});

test("who lacks a database is told with what rights to look for it", () => {
  expect(noDatabase("/home/ann/.local/share/hostscope", { isRoot: false, released: true })).toBe(
    "There is no database in /home/ann/.local/share/hostscope. If Hostscope runs as a service, run this with sudo. Otherwise start it once first, or specify its data folder with --data-dir.",
  );
  expect(noDatabase("/var/lib/hostscope", { isRoot: true, released: true })).toBe(
    "There is no database in /var/lib/hostscope. If another user runs Hostscope, run this as that user. Otherwise start it once first, or specify its data folder with --data-dir.",
  );
  expect(noDatabase("/src/hostscope/data", { isRoot: false, released: false })).toBe(
    "There is no database in /src/hostscope/data. Start Hostscope once first, or specify its data folder with --data-dir.",
  );
});
