/**
 * Selects the Node that runs the program: the one that npm installed beside it, whatever Node started this file. Loads nothing
 * native before that, because better-sqlite3 crashes an older Node with a segmentation fault.
 */
import { spawn, spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * A small heap and one helper thread: a monitor should use little of the machine that it watches. Prisma's WebAssembly runs a few times a
 * minute: optimizing it would take 40 MB at the start. src/server/heap-keeper.ts gives memory back instead of V8's memory reducer, which
 * collects the whole heap every minute or two for as long as it holds the series of a burst.
 */
export const FLAGS = [
  "--v8-pool-size=1",
  "--max-semi-space-size=2",
  "--max-old-space-size=192",
  "--liftoff-only",
  "--no-memory-reducer",
  "--expose-gc",
];

/**
 * How glibc's malloc gives memory back: one arena for all threads, because each keeps the largest burst of its thread; and large blocks
 * go back at once, also after larger ones. It reads this when a process begins.
 */
export const MALLOC = { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "131072" };

/** Set for the process that was handed over to, so that it does not hand over again. */
const HANDED_OVER = "HOSTSCOPE_HANDED_OVER";

/** True when the Node that runs this file can run the program. */
export function isNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return (major === 22 && minor >= 13) || major >= 24;
}

/** The message for when no Node here can run the program. */
export function tooOld() {
  return `Hostscope needs Node 22.13 or a later 22, or 24 and later; this is ${process.version}, and the Node that npm installs with it is missing or does not run here: run \`npm ci\`, or install Node 24 from https://nodejs.org\n`;
}

/** Path of the Node to run on; null when npm has none for this platform. HOSTSCOPE_NODE overrides it. */
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

/** True for a server that would keep bursts and can begin again. Other commands end before it matters. */
function keepsBursts() {
  const isServer = process.argv[2] === "start" || process.argv[2] === "open";
  return isServer && process.platform === "linux" && process.env.MALLOC_ARENA_MAX === undefined && process.execve !== undefined;
}

/**
 * Reruns this command on the wanted Node, with what a small server needs, and does not return. Returns when this is so already, or when that
 * Node does not run here: on musl, npm installs a build for glibc.
 */
export async function handOver() {
  const node = wantedNode();
  if (process.env[HANDED_OVER]) {
    // Do not compare paths here: HOSTSCOPE_NODE may name a script that starts the real Node.
    delete process.env[HANDED_OVER];
    return watchParent();
  }
  if (node === null) return;
  const isOwn = isThisNode(node);
  if (isOwn ? !keepsBursts() : spawnSync(node, ["--version"], { stdio: "ignore" }).status !== 0) return;
  // Who started the wanted Node chose its flags.
  const args = [...(isOwn ? process.execArgv : FLAGS), ...process.argv.slice(1)];
  const env = { ...MALLOC, ...process.env, [HANDED_OVER]: "1" };
  if (process.execve) process.execve(node, [node, ...args], env);
  await runAsChild(node, args, env);
}

/**
 * For platforms that cannot replace a process (Windows, Node before 22.15): forwards signals and exits as its child does.
 * @param {string} node @param {string[]} args @param {NodeJS.ProcessEnv} env
 */
function runAsChild(node, args, env) {
  const child = spawn(node, args, { env, stdio: ["inherit", "inherit", "inherit", "ipc"] });
  // A terminal sends Ctrl C to both processes.
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

/** Stops the child as if by SIGTERM when its parent was killed. */
function watchParent() {
  if (!process.channel) return;
  process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel.unref();
}
