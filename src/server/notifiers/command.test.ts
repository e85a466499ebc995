import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandNotifier } from "./command";
import type { AlertMessage } from "./notifier";

const message: AlertMessage = { host: "web-1", at: 0, items: [], more: 0, link: null };

function script(text: string): { path: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-command-"));
  const path = join(folder, "page.sh");
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o700 });
  return { path, folder };
}

test("the program gets the message on its standard input and says how it went", async () => {
  const { path, folder } = script(`cat > "$1"; echo paged`);
  const out = join(folder, "out.json");
  const { send } = commandNotifier({ argv: [path, out], severities: ["critical"] });
  expect(await send(message, "key-1")).toEqual({ ok: true, outcome: "exit 0", answer: "paged" });
  expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({ host: "web-1", key: "key-1" });
});

test("nothing of this server's environment reaches the program", async () => {
  process.env.HOSTSCOPE_TEST_SECRET = "do not tell";
  const { path } = script("env");
  const answer = await commandNotifier({ argv: [path], severities: [] }).send(message, "k");
  expect(answer.answer).not.toContain("do not tell");
  delete process.env.HOSTSCOPE_TEST_SECRET;
});

test("a program that fails says so and is tried again", async () => {
  const { path } = script("echo broken >&2; exit 3");
  expect(await commandNotifier({ argv: [path], severities: [] }).send(message, "k")).toEqual({
    ok: false,
    retryable: true,
    outcome: "exit 3",
    answer: "exit 3 broken",
  });
});

test("a program that is not there is said to be missing, and not tried again", async () => {
  const answer = await commandNotifier({ argv: ["/nowhere/page"], severities: [] }).send(message, "k");
  expect(answer).toEqual({ ok: false, retryable: false, outcome: "ENOENT", answer: "ENOENT" });
});
