import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { startDemo } from "../../scripts/demo/start";
import { eventually, getJson } from "../helpers/server";

test("with port 5000 in use the demo takes another, shows its story, and leaves nothing behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-test-"));
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  vi.stubEnv("TMPDIR", temporary);
  // Somebody else may have it already.
  const holder = createServer();
  holder.on("error", () => {});
  holder.listen(5000, "127.0.0.1");
  const server = await startDemo([]);
  try {
    let stderr = "";
    server.stderr.on("data", (text) => (stderr += text));
    const url = await eventually(async () => /^listening (http:\S+)$/m.exec(stderr)?.[1]);
    expect(url).not.toContain(":5000");
    const { alerts } = await getJson<{ alerts: { rule: string; state: string }[] }>(`${url}/api/alerts?hours=24`);
    expect(alerts.map(({ rule }) => rule)).toContain("out of memory");
    expect(await getJson(`${url}/api/host`)).toMatchObject({ demo: true });
    expect(readdirSync(temporary).filter((name) => name.startsWith("hostscope-demo-"))).toHaveLength(1);
  } finally {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
    holder.close();
    vi.unstubAllEnvs();
  }
  expect(readdirSync(temporary).filter((name) => name.startsWith("hostscope-demo-"))).toEqual([]);
  rmSync(folder, { recursive: true });
});

test("a terminal that closes ends the demo and its server, and leaves nothing behind", async () => {
  const temporary = mkdtempSync(join(tmpdir(), "hostscope-test-"));
  const demo = spawn(process.execPath, ["--import", "tsx", "scripts/demo-server.ts", "--port", "0", "--mode", "headless"], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  demo.stderr.on("data", (text) => (stderr += text));
  await eventually(async () => stderr.includes("listening "));
  // The pipe closes when the last process that has it open exits.
  const ended = once(demo.stderr, "close");
  demo.kill("SIGHUP");
  await ended;
  expect(readdirSync(temporary).filter((name) => name.startsWith("hostscope-demo-"))).toEqual([]);
  rmSync(temporary, { recursive: true });
});
