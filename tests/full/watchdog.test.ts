/** The collector thread ends a process whose main thread stands still, and leaves one alone that was stopped and continued. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
let child: ChildProcess;
let errors: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-watchdog-"));
  errors = "";
  child = spawn(process.execPath, ["node_modules/tsx/dist/cli.mjs", "tests/helpers/stalling-main.ts", folder], {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  child.stderr?.on("data", (text: Buffer) => {
    errors += text.toString();
  });
  await once(child.stdout as NonNullable<typeof child.stdout>, "data");
});

afterEach(() => {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended.
  }
  rmSync(folder, { recursive: true, force: true });
});

test("a process whose main thread stands still is killed, and says what ran", async () => {
  child.stdin?.write("stall\n");
  await once(child, "close");
  expect(errors).toContain("the main thread has been stuck for 30 s; the last thing it started was GET /api/endless");
  const line = JSON.parse(readFileSync(join(folder, "monitor.log"), "utf8")) as { level: number; msg: string };
  expect(line).toMatchObject({ level: 60, msg: expect.stringContaining("GET /api/endless") });
});

test("a process that was stopped for longer than that and continued goes on", async () => {
  const group = -(child.pid ?? 0);
  process.kill(group, "SIGSTOP");
  await sleep(45_000);
  process.kill(group, "SIGCONT");
  await sleep(15_000);
  expect(child.exitCode).toBeNull();
  expect(errors).toBe("");
});
