/** Starts the production build in temporary folders, as a user would. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PATIENCE_MS } from "./patience";

export interface ServerOptions {
  /** Text of config.yaml. */
  config?: string;
  env?: Record<string, string>;
  /** Folder of an earlier server to start on again; a new one by default. */
  folder?: string;
  arguments?: readonly string[];
  port?: number;
  /** A program that starts the server, such as `nsenter`, with its arguments. */
  through?: readonly string[];
  /** Node flags, instead of the ones that the command uses. */
  nodeFlags?: readonly string[];
}

export interface StartedServer {
  url: string;
  port: number;
  pid: number;
  folder: string;
  dataDir: string;
  stderr: () => string;
  kill: (signal: NodeJS.Signals) => Promise<number | null>;
  /** Stops the server and removes its folder. */
  [Symbol.asyncDispose]: () => Promise<void>;
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "hostscope-test-"));
}

export interface Exited {
  code: number | null;
  stdout: string;
  stderr: string;
}

const spawnOptions = (env: Record<string, string>): SpawnOptions => ({
  env: { ...process.env, ...env },
  stdio: ["ignore", "pipe", "pipe"],
});

function spawnHostscope(args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn("bin/hostscope.mjs", args, spawnOptions(env));
}

/** Runs a command and waits until it ends. */
export async function runHostscope(args: readonly string[], env: Record<string, string> = {}): Promise<Exited> {
  const child = spawnHostscope(args, env);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (text) => (stdout += text));
  child.stderr?.on("data", (text) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout, stderr };
}

/** Environment variables that put all files of a server into one folder. */
export function folderEnvironment(folder: string): Record<string, string> {
  return {
    HOSTSCOPE_CONFIG: join(folder, "config.yaml"),
    HOSTSCOPE_DATA_DIR: join(folder, "data"),
    HOSTSCOPE_LOG_DIR: join(folder, "logs"),
  };
}

/** Starts a server and waits for `listening http://...`; throws with its output when it exits before. */
export async function startServer(options: ServerOptions = {}): Promise<StartedServer> {
  const folder = options.folder ?? temporaryFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.yaml"), options.config ?? "", { mode: 0o600 });
  const args = ["start", "--port", String(options.port ?? 0), ...(options.arguments ?? [])];
  const environment = { ...folderEnvironment(folder), ...options.env };
  const flags = options.nodeFlags ?? [];
  const own = flags.length > 0 ? [process.execPath, ...flags, "bin/hostscope.mjs"] : ["bin/hostscope.mjs"];
  const [program = "", ...rest] = [...(options.through ?? []), ...own, ...args];
  const listening = await whenListening(spawn(program, rest, spawnOptions(environment)));
  return {
    ...listening,
    folder,
    dataDir: join(folder, "data"),
    [Symbol.asyncDispose]: async () => {
      await listening.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits for `listening http://...`; throws with the output of a process that exits before. */
async function whenListening(
  child: ChildProcess,
): Promise<Omit<StartedServer, "folder" | "dataDir" | typeof Symbol.asyncDispose>> {
  let stderr = "";
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in time:\n${stderr}`)), PATIENCE_MS);
    child.stderr?.on("data", (text) => {
      stderr += text;
      const address = /^listening (http:\S+)$/m.exec(stderr)?.[1];
      if (address) {
        clearTimeout(timer);
        resolve(address);
      }
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code}:\n${stderr}`));
    });
  });
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { url, port: Number(new URL(url).port), pid: child.pid ?? 0, stderr: () => stderr, kill };
}

/** Starts `hostscope open` on an incident file. */
export async function openFile(path: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const listening = await whenListening(spawnHostscope(["open", path, ...args], env));
  return { ...listening, [Symbol.asyncDispose]: async () => void (await listening.kill("SIGTERM")) };
}

/** Calls `check` every 50 ms until it returns something truthy; throws after `withinMs`. */
export async function eventually<T>(check: () => Promise<T | null | undefined | false>, withinMs = PATIENCE_MS): Promise<T> {
  const end = performance.now() + withinMs;
  let last: unknown;
  while (performance.now() < end) {
    try {
      const result = await check();
      if (result) return result;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`did not happen within ${withinMs} ms${last ? `: ${String(last)}` : ""}`);
}

export async function getJson<T = Record<string, unknown>>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
