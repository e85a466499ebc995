/**
 * Which Node the program runs on: the one that npm installed beside it, whatever Node somebody started it with. Nothing native is
 * loaded before that is settled: better-sqlite3 ends an older Node with a segmentation fault.
 */
import { spawn, spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A small heap and one helper thread: a monitor is to take little of the machine that it watches. */
const FLAGS = ["--v8-pool-size=1", "--max-semi-space-size=2", "--max-old-space-size=192"];

/** Set for the process that was handed to: it does not hand over again. */
const HANDED_OVER = "HOSTSCOPE_HANDED_OVER";

/** True when the Node that runs this file can run the program. */
export function isNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return (major === 22 && minor >= 13) || major >= 24;
}

/** What to print when no Node here can run the program. */
export function tooOld() {
  return `Hostscope needs Node 22.13 or later; this is ${process.version}, and the Node that npm installs beside it is missing or does not run here: run \`npm ci\`, or install Node 24 from https://nodejs.org\n`;
}

/** Path of the Node to run on, null where npm has none for this platform. HOSTSCOPE_NODE names another one. */
function wantedNode() {
  if (process.env.HOSTSCOPE_NODE) return process.env.HOSTSCOPE_NODE;
  const isWindows = process.platform === "win32";
  const name = `node-${isWindows ? "win" : process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), "bin", isWindows ? "node.exe" : "node");
  } catch {
    return null;
  }
}

/** @param {string} path */
function isThisNode(path) {
  try {
    return realpathSync(path) === realpathSync(process.execPath);
  } catch {
    return false;
  }
}

/**
 * Runs this very command on the wanted Node, and does not come back. Comes back when this is it already, or when it does not run here:
 * on musl npm installs a build for glibc.
 */
export async function handOver() {
  const node = wantedNode();
  if (process.env[HANDED_OVER]) {
    // HOSTSCOPE_NODE may name a script that starts the real one.
    delete process.env[HANDED_OVER];
    return watchParent();
  }
  if (node === null || isThisNode(node) || spawnSync(node, ["--version"], { stdio: "ignore" }).status !== 0) return;
  const args = [...FLAGS, ...process.argv.slice(1)];
  const env = { ...process.env, [HANDED_OVER]: "1" };
  if (process.execve) process.execve(node, [node, ...args], env);
  await runAsChild(node, args, env);
}

/** Where a process cannot be replaced (Windows, Node before 22.15): this one passes signals on and ends as its child does.
 * @param {string} node @param {string[]} args @param {NodeJS.ProcessEnv} env */
function runAsChild(node, args, env) {
  const child = spawn(node, args, { env, stdio: ["inherit", "inherit", "inherit", "ipc"] });
  // A terminal sends Ctrl C to both.
  const passed = process.stdin.isTTY ? ["SIGTERM", "SIGHUP"] : ["SIGTERM", "SIGHUP", "SIGINT"];
  process.on("SIGINT", () => {});
  for (const signal of passed) process.on(signal, () => child.kill(/** @type {NodeJS.Signals} */ (signal)));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
  return new Promise(() => {});
}

/** A child whose parent was killed stops as if it had been asked to. */
function watchParent() {
  if (!process.channel) return;
  process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel.unref();
}
