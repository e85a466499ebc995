/** Tests from outside which Node the command runs on. Scripts stand in for other Nodes; old ones are faked by their version. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FLAGS, MALLOC } from "./node.mjs";

const folder = mkdtempSync(join(tmpdir(), "hostscope-node-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A fake Node: answers `--version`, and runs `body` in a shell for anything else. */
function standIn(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\nif [ "$1" = --version ]; then echo v24; exit; fi\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Preloads a module that makes this Node look older. */
const before = (source: string) => `--import=data:text/javascript,${encodeURIComponent(source)}`;
const WITHOUT_EXECVE = before("delete process.execve");
const NODE_20 = before("Object.defineProperty(process.versions, 'node', { value: '20.20.2' })");

interface Run {
  node?: string;
  flags?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

function hostscope(args: readonly string[], { node, flags = [], env: own = {} }: Run = {}) {
  const env = { ...process.env, ...(node !== undefined && { HOSTSCOPE_NODE: node }), ...own };
  const argv = [...flags, "bin/hostscope.mjs", ...args];
  return { argv, env, run: () => spawnSync(process.execPath, argv, { env, encoding: "utf8" }) };
}

test("the command is run by the wanted Node, with the flags of a small server and its own arguments", () => {
  const node = standIn("echo", 'echo "$@"');
  const { stdout, status } = hostscope(["status", "--json"], { node }).run();
  expect(stdout).toMatch(
    /^--v8-pool-size=1 --max-semi-space-size=2 --max-old-space-size=192 --liftoff-only --no-memory-reducer --expose-gc \S+bin\/hostscope\.mjs status --json\n$/,
  );
  expect(status).toBe(0);
});

test("a server has one arena of malloc and gives large blocks back, also where the wanted Node runs already, or as many as somebody asked for", () => {
  const node = standIn("arenas", `echo "$MALLOC_ARENA_MAX $MALLOC_TRIM_THRESHOLD_"`);
  expect(hostscope(["start"], { node }).run().stdout).toBe("1 131072\n");
  expect(hostscope(["start"], { node, env: { MALLOC_ARENA_MAX: "4" } }).run().stdout).toBe("4 131072\n");
  // The Node that runs this test stands for the wanted one: the preloaded module shows that it begins again.
  const begins = before("if (process.env.HOSTSCOPE_HANDED_OVER) { console.log(process.env.MALLOC_ARENA_MAX); process.exit(); }");
  const again = (args: string[]) => hostscope(args, { node: process.execPath, env: { NODE_OPTIONS: begins } }).run().stdout;
  expect(again(["start"])).toBe("1\n");
  expect(again(["version"])).not.toContain("1\n");
  const shown = before("if (process.env.HOSTSCOPE_HANDED_OVER) { console.log(process.execArgv.join()); process.exit(); }");
  const own = { node: process.execPath, env: { NODE_OPTIONS: shown }, flags: ["--stack-size=900"] };
  expect(hostscope(["start"], own).run().stdout).toBe("--stack-size=900\n");
});

test("npm start and the command itself give the same flags, which no handing over adds where npm's Node is the first in PATH", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: { start: string } };
  expect(scripts.start).toBe(`node ${FLAGS.join(" ")} bin/hostscope.mjs start`);
  const [firstLine] = readFileSync("bin/hostscope.mjs", "utf8").split("\n");
  const malloc = Object.entries(MALLOC).map(([name, value]) => `${name}=${value}`);
  expect(firstLine).toBe(`#!/usr/bin/env -S ${[...malloc, "node", ...FLAGS].join(" ")}`);
});

test("an old Node that cannot be replaced ends as the wanted one did", () => {
  const flags = [WITHOUT_EXECVE, NODE_20];
  expect(hostscope(["version"], { node: standIn("seven", "exit 7"), flags }).run().status).toBe(7);
  expect(hostscope(["version"], { node: standIn("killed", "kill -KILL $$"), flags }).run().signal).toBe("SIGKILL");
});

test("an old Node passes SIGTERM on to the wanted one", async () => {
  const waiting =
    "process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(5); }); console.log('ready'); setInterval(() => {}, 1000)";
  const node = standIn("waiting", `exec "${process.execPath}" -e "${waiting}"`);
  const { argv, env } = hostscope(["start"], { node, flags: [WITHOUT_EXECVE] });
  const child = spawn(process.execPath, argv, { env, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (part: Buffer) => {
    text += part;
    if (text === "ready\n") child.kill("SIGTERM");
  });
  const [code] = await once(child, "exit");
  expect([code, text]).toEqual([5, "ready\nasked to stop\n"]);
});

test("a Node that does not run here is passed over when this one is new enough, and named when it is not", () => {
  const node = join(folder, "of-another-libc");
  writeFileSync(node, "no program");
  chmodSync(node, 0o755);
  expect(hostscope(["version"], { node }).run().stdout).toContain(process.version);
  const { status, stderr } = hostscope(["version"], { node, flags: [NODE_20] }).run();
  expect(status).toBe(78);
  expect(stderr).toMatch(
    /^Hostscope needs Node 22\.13 or a later 22, or 24 and later; this is v\S+, .*: run `npm ci`, or install Node 24 from \S+\n$/,
  );
});

test("the wanted Node stops when the old one that waits for it is killed", async () => {
  const node = standIn("server", `exec "${process.execPath}" "$@"`);
  const dataDir = mkdtempSync(join(folder, "data-"));
  const { argv, env } = hostscope(["start", "--mode", "headless", "--port", "0", "--data-dir", dataDir, "--log-dir", dataDir], {
    node,
    flags: [WITHOUT_EXECVE],
  });
  const child = spawn(process.execPath, argv, { env, stdio: ["ignore", "ignore", "pipe"] });
  const [first] = (await once(child.stderr, "data")) as [Buffer];
  expect(String(first)).toMatch(/^Hostscope /);
  child.kill("SIGKILL");
  // The pipe closes when the last process that has it open exits.
  await once(child.stderr.resume(), "close");
});
