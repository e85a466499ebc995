/** Profiles the server's CPU time in steady state without a viewer, by thread and by kind of work. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FLAGS } from "../bin/node.mjs";
import { startServer } from "../tests/helpers/server";
import { table, writeResult } from "./results";

const SECONDS = 180;
/** Leave out the start and the shutdown. */
const FROM_SECONDS = 90;
const MEASURED_SECONDS = 80;
const INTERVAL_US = 200;

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[];
  samples: number[];
  timeDeltas: number[];
}

/** Kinds of work. The innermost function of a stack that matches a pattern decides. Engine functions have no file. */
const KINDS: readonly (readonly [string, RegExp])[] = [
  ["waiting", /^\(idle\) $/],
  ["garbage collection", /^\(garbage collector\) $/],
  ["reading the kernel's files", /^(read|open|close|readdir|readFileUtf8|fstat|statfs|readlink) $/],
  ["message between the threads", /^(postMessage|serialize|deserialize|receiveMessageOnPort) $/],
  ["SQLite", /^(run|get|all|exec|prepare) $|better-sqlite3/],
  ["Prisma", /prisma|query_compiler|runtime\/client\.js/],
  ["compressing", /zlib/],
];

function kindOf(names: readonly string[]): string {
  for (const name of names) {
    const kind = KINDS.find(([, pattern]) => pattern.test(name));
    if (kind) return kind[0];
  }
  return "everything else";
}

/** Milliseconds per kind within the measured time. */
function shares(profile: Profile): Map<string, number> {
  const parents = new Map<number, number>();
  const names = new Map<number, string>();
  for (const { id, callFrame, children = [] } of profile.nodes) {
    names.set(id, `${callFrame.functionName} ${callFrame.url}`);
    for (const child of children) parents.set(child, id);
  }
  const kinds = new Map<number, string>();
  for (const { id } of profile.nodes) {
    const stack: string[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) stack.push(names.get(at) ?? "");
    kinds.set(id, kindOf(stack));
  }
  const found = new Map<string, number>();
  let seconds = 0;
  for (const [index, id] of profile.samples.entries()) {
    const step = profile.timeDeltas[index] ?? 0;
    seconds += step / 1e6;
    if (seconds < FROM_SECONDS || seconds > FROM_SECONDS + MEASURED_SECONDS) continue;
    const kind = kinds.get(id) as string;
    found.set(kind, (found.get(kind) ?? 0) + step / 1000);
  }
  return found;
}

const folder = mkdtempSync(join(tmpdir(), "hostscope-profile-"));
try {
  const server = await startServer({
    nodeFlags: [...FLAGS, "--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_US}`],
  });
  await sleep(SECONDS * 1000);
  await server.kill("SIGTERM");
  const rows = readdirSync(folder)
    .filter((name) => name.endsWith(".cpuprofile"))
    .flatMap((name) => {
      const profile = JSON.parse(readFileSync(join(folder, name), "utf8")) as Profile;
      const isCollector = profile.nodes.some(({ callFrame }) => callFrame.url.includes("collector"));
      const found = [...shares(profile)].filter(([kind]) => kind !== "waiting").sort(([, a], [, b]) => b - a);
      const total = found.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);
      return found.map(([kind, milliseconds]) => [
        isCollector ? "collector" : "main",
        kind,
        (milliseconds / MEASURED_SECONDS).toFixed(2),
        `${((100 * milliseconds) / total).toFixed(0)} %`,
      ]);
    });
  await server[Symbol.asyncDispose]();
  writeResult("Where the time goes", table(["thread", "what", "ms a second", "of the thread"], rows));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
