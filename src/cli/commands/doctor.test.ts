import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEnvironment } from "~/server/env";
import { startResponder } from "../../../tests/helpers/responder";
import { checkServer } from "./doctor";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-doctor-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What doctor says of the server when this is the server.json of the folder it checks. */
async function found(server: object) {
  writeFileSync(join(folder, "server.json"), JSON.stringify(server));
  const environment = { ...readEnvironment(), port: 0, url: undefined, token: undefined };
  const input = { flags: { dataDir: folder }, environment, programDir: ".", version: "0" };
  return (await checkServer(input, folder, null))[0];
}

test("the server of the folder that is checked is asked, and no other", async () => {
  const health = { version: "9.9.9", uptimeSeconds: 60, checks: [] };
  await using server = await startResponder(200, health, "application/json");
  expect(await found({ pid: process.pid, url: server.url })).toMatchObject({
    status: "ok",
    detail: expect.stringContaining(`${server.url}, version 9.9.9`),
  });
});

test("a server that wants a login is there", async () => {
  await using server = await startResponder(401, { detail: "Log in first" });
  expect(await found({ pid: process.pid, url: server.url })).toMatchObject({
    status: "warning",
    detail: `${server.url} requires a login; set HOSTSCOPE_TOKEN to check it`,
  });
});

test("a server that is starting has no address yet", async () => {
  expect(await found({ pid: process.pid, url: null })).toMatchObject({ status: "warning", detail: "starting" });
});

test.skipIf(process.getuid?.() !== 0)("what a killed server left behind names a process of somebody else", async () => {
  writeFileSync(join(folder, "server.json"), "");
  chownSync(join(folder, "server.json"), 65_534, 65_534);
  expect(await found({ pid: process.pid, url: "http://127.0.0.1:1" })).toMatchObject({
    status: "warning",
    detail: "not running on this data folder",
  });
});
