/** What Hostscope costs without a viewer, beside Netdata in the same seconds. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, startServer } from "../tests/helpers/server";
import { measureTrees } from "./measure";
import { table, writeResult } from "./results";

const WINDOW_SECONDS = 60;
/** Until the programs have compiled what runs once a second: at that pace V8 takes minutes to see what is hot. */
const SETTLE_SECONDS = 180;
const MANY = 1000;

function processCount(): number {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length;
}

function sleepers(count: number): ChildProcess[] {
  return Array.from({ length: count }, () => spawn("sleep", ["100000"], { stdio: "ignore" }));
}

const NETDATA_PORT = 19_998;

/** Debian's Netdata with its defaults: one second, its database engine, answering this machine only. */
async function startNetdata(folder: string): Promise<ChildProcess> {
  if (spawnSync("which", ["netdata"]).status !== 0) {
    throw new Error("this bench needs Netdata beside it: apt-get install netdata (and stop the service it starts)");
  }
  const config = join(folder, "netdata.conf");
  writeFileSync(config, `[global]\n  run as user = netdata\n[web]\n  bind to = 127.0.0.1\n  default port = ${NETDATA_PORT}\n`);
  const child = spawn("netdata", ["-D", "-c", config], { stdio: "ignore", env: { ...process.env, DISABLE_TELEMETRY: "1" } });
  await eventually(async () => (await fetch(`http://127.0.0.1:${NETDATA_PORT}/api/v1/info`)).ok, 30_000);
  return child;
}

/** Averages over the window of both, at about `processes` processes. */
async function round(roots: Record<string, number>, extra: number): Promise<(string | number)[]> {
  const idle = sleepers(extra);
  try {
    await sleep(SETTLE_SECONDS * 1000);
    const count = processCount();
    const costs = await measureTrees(roots, WINDOW_SECONDS);
    const { hostscope, netdata } = costs;
    if (!hostscope || !netdata) throw new Error("a tree was not measured");
    return [
      count,
      hostscope.cpuPercent.toFixed(2),
      netdata.cpuPercent.toFixed(2),
      (hostscope.cpuPercent / netdata.cpuPercent).toFixed(2),
      hostscope.residentMegabytes.toFixed(0),
      netdata.residentMegabytes.toFixed(0),
    ];
  } finally {
    for (const child of idle) child.kill("SIGKILL");
  }
}

const folder = mkdtempSync(join(tmpdir(), "hostscope-netdata-"));
const server = await startServer();
const netdata = await startNetdata(folder);
try {
  const roots = { hostscope: server.pid, netdata: netdata.pid ?? 0 };
  const few = await round(roots, Math.max(0, 100 - processCount()));
  const many = await round(roots, Math.max(0, MANY - processCount()));
  writeResult(
    "Overhead without a viewer",
    table(["processes", "Hostscope CPU %", "Netdata CPU %", "ratio", "Hostscope RSS MiB", "Netdata RSS MiB"], [few, many]),
  );
} finally {
  netdata.kill("SIGTERM");
  await server[Symbol.asyncDispose]();
  await sleep(1000);
  rmSync(folder, { recursive: true, force: true });
}
