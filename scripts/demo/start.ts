/** Starts a server whose past is the recorded story, moved so that it ends now. Its live data is this machine's. */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_CONFIG } from "./config";
import { unpackStory } from "./stored-story";

export const STORY_FILE = "demo/story.br";
const PORT = 5000;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1" }, () => server.close(() => resolve(true)));
  });
}

/** The arguments with a port: 5000, or any that is free when that one is taken. */
async function withPort(args: readonly string[]): Promise<readonly string[]> {
  if (args.some((one) => /^--port(?:=|$)/.test(one))) return args;
  if (await isFree(PORT)) return [...args, "--port", String(PORT)];
  process.stderr.write(`Port ${PORT} is in use: another one is chosen\n`);
  return [...args, "--port", "0"];
}

/** The folder with the demo's data is removed when the server ends. */
export async function startDemo(args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "hostscope-demo-"));
  const dataDir = join(folder, "data");
  const config = join(folder, "config.yaml");
  mkdirSync(dataDir, { mode: 0o700 });
  writeFileSync(config, DEMO_CONFIG, { mode: 0o600 });
  const database = join(dataDir, "hostscope.db");
  unpackStory(STORY_FILE, database, Date.now());
  chmodSync(database, 0o600);
  const server = spawn("bin/hostscope.mjs", ["start", "--demo", "--config", config, ...(await withPort(args))], {
    env: { ...process.env, HOSTSCOPE_DATA_DIR: dataDir, HOSTSCOPE_LOG_DIR: join(folder, "logs") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  server.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return server;
}
