/**
 * What an hour costs on a machine that changes: two hours of change at eight times their pace, then an hour at true rate across a full hour,
 * when the hour before is compressed. Web with ten viewers, headless, and Netdata in the same seconds. Takes 80 minutes.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "../tests/helpers/server";
import { startNetdata } from "./live-peers";
import { type Cost, measureTrees } from "./measure";
import { atMost, table, writeResult } from "./results";

const HURRY = 8;
const CHANGE_S = Number(process.env.HOSTSCOPE_CHANGE_SECONDS ?? 900);
const MINUTES = Number(process.env.HOSTSCOPE_HOUR_MINUTES ?? 60);
/** In two hours. */
const [PROCESSES, INTERFACES] = [24_000, 40];
const TWO_HOURS_S = 7200;
const VIEWERS = 10;
const OF_NETDATA = 0.25;
const OF_NETDATA_IN_A_MINUTE = 0.5;
const MEMORY_MIB = { web: 150, headless: 90 };

/** Starts processes and makes interfaces that come and go, at some multiple of the true pace. */
class Change {
  private pace = 1;
  private readonly timers: NodeJS.Timeout[] = [];
  private made = 0;
  private started = 0;
  private due = 0;

  begin(): void {
    this.timers.push(
      setInterval(() => this.startProcesses(), 250),
      setInterval(() => this.changeInterface(), 1000),
    );
  }

  setPace(pace: number): void {
    this.pace = pace;
  }

  private startProcesses(): void {
    this.due += (PROCESSES / TWO_HOURS_S) * this.pace * 0.25;
    for (; this.started < this.due; this.started++) spawn("/bin/sh", ["-c", `sleep 0.${this.started % 9}`], { stdio: "ignore" });
  }

  private changeInterface(): void {
    const wanted = Math.floor((this.due / PROCESSES) * INTERFACES);
    for (; this.made < wanted; this.made++) {
      if (this.made > 0) this.ip("link", "delete", this.nameOf(this.made - 1));
      this.ip("link", "add", this.nameOf(this.made), "type", "bridge");
    }
  }

  private readonly nameOf = (index: number) => `hsbench${index % 1000}`;

  private ip(...args: string[]): void {
    execFileSync("ip", args, { stdio: ["ignore", "ignore", "inherit"] });
  }

  end(): void {
    for (const timer of this.timers) clearInterval(timer);
    if (this.made > 0) this.ip("link", "delete", this.nameOf(this.made - 1));
  }
}

/** Loads the page and follows the live data, as a browser does. */
async function view(url: string, signal: AbortSignal): Promise<void> {
  await (await fetch(url)).text();
  await (await fetch(`${url}/api/metrics/history/system?hours=1`)).text();
  try {
    const { body } = await fetch(`${url}/api/stream`, { signal });
    for await (const _event of body as unknown as AsyncIterable<Uint8Array>);
  } catch {
    // It is over.
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const folder = mkdtempSync(join(tmpdir(), "hostscope-hour-"));
const change = new Change();
const over = new AbortController();
let netdata: ChildProcess | undefined;
try {
  await using web = await startServer();
  await using headless = await startServer({ arguments: ["--mode", "headless"] });
  netdata = await startNetdata(folder);
  const roots = { web: web.pid, headless: headless.pid, Netdata: netdata.pid ?? 0 };
  for (let viewer = 0; viewer < VIEWERS; viewer++) void view(web.url, over.signal);
  change.setPace(HURRY);
  change.begin();
  await sleep(CHANGE_S * 1000);
  change.setPace(1);
  const minutes: Record<string, Cost>[] = [];
  for (let minute = 0; minute < MINUTES; minute++) {
    const costs = await measureTrees(roots, 60);
    minutes.push(costs);
    const told = Object.entries(costs).map(
      ([name, cost]) => `${name} ${cost.cpuPercent.toFixed(2)} % ${cost.residentMegabytes.toFixed(0)} MiB`,
    );
    console.log(new Date().toISOString(), told.join(", "));
  }
  const cpuOf = (name: string) => minutes.map((costs) => costs[name]?.cpuPercent ?? Number.NaN);
  const netdataCpu = mean(cpuOf("Netdata"));
  const rows = Object.keys(roots).map((name) => {
    const cpu = cpuOf(name);
    const resident = minutes.at(-1)?.[name]?.residentMegabytes ?? Number.NaN;
    if (name === "Netdata") return [name, mean(cpu).toFixed(2), "", Math.max(...cpu).toFixed(2), "", resident.toFixed(0)];
    const worst = Math.max(...cpu.map((percent, minute) => percent / (cpuOf("Netdata")[minute] as number)));
    return [
      name === "web" ? `web, ${VIEWERS} viewers` : name,
      mean(cpu).toFixed(2),
      atMost(`${name}, to Netdata`, mean(cpu) / netdataCpu, OF_NETDATA, 2),
      Math.max(...cpu).toFixed(2),
      atMost(`${name} in its dearest minute, to Netdata`, worst, OF_NETDATA_IN_A_MINUTE, 2),
      atMost(`${name}, MiB`, resident, MEMORY_MIB[name as keyof typeof MEMORY_MIB]),
    ];
  });
  const head = ["program", "CPU, % of a core", "to Netdata", "dearest minute", "to Netdata in that minute", "resident MiB"];
  const budgets = `Budgets: a quarter of Netdata over the hour, half of it in any minute, ${MEMORY_MIB.web} MiB with pages and ${MEMORY_MIB.headless} MiB headless. ${PROCESSES} processes and ${INTERFACES} interfaces came and went before, at ${HURRY} times the pace, and go on to.`;
  writeResult("An hour on a machine that changes", `${budgets}\n\n${table(head, rows)}`);
} finally {
  over.abort();
  change.end();
  netdata?.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
