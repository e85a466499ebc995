/** The cost of Hostscope without a viewer, beside other monitors in the same seconds. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "../tests/helpers/server";
import { startGlances, startNetdata, startScraped } from "./live-peers";
import { type Cost, measureTrees } from "./measure";
import { atMost, table, writeResult } from "./results";

const WINDOW_SECONDS = 120;
/** Wait until V8 has compiled the hot code: at one run a second that takes eight minutes. */
const SETTLE_SECONDS = 480;
const MANY = 1000;

function processCount(): number {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length;
}

function sleepers(count: number): ChildProcess[] {
  return Array.from({ length: count }, () => spawn("sleep", ["100000"], { stdio: "ignore" }));
}

const sum = (costs: readonly Cost[]): Cost => ({
  cpuPercent: costs.reduce((total, { cpuPercent }) => total + cpuPercent, 0),
  residentMegabytes: costs.reduce((total, { residentMegabytes }) => total + residentMegabytes, 0),
});

type Trees = Readonly<Record<string, readonly number[]>>;

/** Programs that are running already, such as the version before: `HOSTSCOPE_BESIDE="version before=4242"`. */
function runningBeside(): Trees {
  const pairs = (process.env.HOSTSCOPE_BESIDE ?? "").split(",").filter((pair) => pair !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = "", pid] = pair.split("=");
      return [name, [Number(pid)]];
    }),
  );
}

/** One row per program: averages over the window, with `extra` idle processes beside. */
async function round(
  trees: Trees,
  extra: number,
  budget: { cpuPercent: number; ofNetdata: number },
): Promise<(string | number)[][]> {
  const idle = sleepers(extra);
  try {
    await sleep(SETTLE_SECONDS * 1000);
    const count = processCount();
    const roots = Object.values(trees).flat();
    const costs = await measureTrees(Object.fromEntries(roots.map((pid) => [pid, pid])), WINDOW_SECONDS);
    const of = (name: string) => sum((trees[name] ?? []).map((pid) => costs[pid] as Cost));
    const own = of("Hostscope").cpuPercent;
    return Object.keys(trees).map((name) => {
      const { cpuPercent, residentMegabytes } = of(name);
      const ours = `Hostscope at ${count} processes`;
      const cpu = name === "Hostscope" ? atMost(`${ours}, % of a core`, cpuPercent, budget.cpuPercent, 2) : cpuPercent.toFixed(2);
      const part = own / cpuPercent;
      const ratio = name === "Netdata" ? atMost(`${ours}, to Netdata`, part, budget.ofNetdata, 2) : part.toFixed(2);
      return [count, name, cpu, name === "Hostscope" ? "" : ratio, residentMegabytes.toFixed(0)];
    });
  } finally {
    for (const child of idle) child.kill("SIGKILL");
  }
}

const folder = mkdtempSync(join(tmpdir(), "hostscope-peers-"));
await using server = await startServer();
const started: ChildProcess[] = [];
const pidOf = (child: ChildProcess) => {
  started.push(child);
  return child.pid ?? 0;
};
try {
  const trees: Trees = {
    Hostscope: [server.pid],
    Netdata: [pidOf(await startNetdata(folder))],
    Glances: [pidOf(await startGlances())],
    "node_exporter with Prometheus": (await startScraped(folder)).map(pidOf),
    ...runningBeside(),
  };
  const few = await round(trees, Math.max(0, 100 - processCount()), { cpuPercent: 0.4, ofNetdata: 0.25 });
  const many = await round(trees, Math.max(0, MANY - processCount()), { cpuPercent: 0.7, ofNetdata: 0.1 });
  writeResult(
    "Overhead without a viewer",
    [
      "Budgets of Hostscope: 0.4 % of a core and a quarter of Netdata at about 100 processes, 0.7 % and a tenth at about 1,000.",
      "",
      table(["processes", "program", "CPU, % of a core", "Hostscope's part of it", "resident MiB"], [...few, ...many]),
    ].join("\n"),
  );
} finally {
  for (const child of started) child.kill("SIGTERM");
  await sleep(1000);
  rmSync(folder, { recursive: true, force: true });
}
