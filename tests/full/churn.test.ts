/**
 * A machine on which names come and go: 20,000 interfaces and 5,000 containers, up to 50 a tick, beside one on which nothing changes. Both
 * have the shipped rules and three open pages.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "@playwright/test";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { CHROMIUM_ARGUMENTS, ensureChromium } from "../helpers/chromium";
import { type StartedServer, startServer } from "../helpers/server";

/** A shorter run shows less. */
const TICKS = Number(process.env.HOSTSCOPE_CHURN_TICKS ?? 500);
const INTERFACES_A_TICK = 40;
const CONTAINERS_A_TICK = 10;
const INTERFACES = TICKS * INTERFACES_A_TICK;
const CONTAINERS = TICKS * CONTAINERS_A_TICK;
/** How many ticks a name lives. */
const LIFE = 3;
const CONTAINER_LIFE = 15;
/** Until the seconds in memory are as many as fit. */
const WARM_UP_TICKS = 180;
const REST_S = 75;
const MOST_GROWTH_MIB = 15;
const MOST_RATIO = 1.5;

const NET_HEADER =
  "Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";

class ChangingHost implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "hostscope-churn-"));
  private tick = 0;

  constructor() {
    cpSync("tests/fixtures/hosts/recorded/firecracker-vm", this.folder, { recursive: true, dereference: true });
    mkdirSync(join(this.folder, "sys/fs/cgroup/system.slice"), { recursive: true });
    writeFileSync(join(this.folder, "sys/fs/cgroup/cgroup.controllers"), "cpu io memory pids\n");
    this.step(0, 0);
  }

  /** The names of this tick come, the oldest go. */
  step(interfaces: number, containers: number): void {
    const { tick } = this;
    const lines = [
      "    lo: 1000 10 0 0 0 0 0 0 1000 10 0 0 0 0 0 0",
      `  eth0: ${tick * 1000} ${tick} 0 0 0 0 0 0 ${tick * 500} ${tick} 0 0 0 0 0 0`,
    ];
    for (let age = 0; interfaces > 0 && age < LIFE && age <= tick; age++) {
      for (let index = 0; index < interfaces; index++) {
        lines.push(
          `veth${(tick - age) * interfaces + index}: ${(age + 1) * 5000} 10 0 0 0 0 0 0 ${(age + 1) * 3000} 10 0 0 0 0 0 0`,
        );
      }
    }
    writeFileSync(join(this.folder, "proc/net/dev"), `${NET_HEADER}${lines.join("\n")}\n`);
    for (let index = 0; index < containers; index++) {
      this.container(tick * containers + index);
      const old = (tick - CONTAINER_LIFE) * containers + index;
      if (old >= 0) this.endContainer(old);
    }
    this.tick++;
  }

  endAll(containers: number): void {
    for (let age = 0; age <= CONTAINER_LIFE; age++) {
      for (let index = 0; index < containers; index++) this.endContainer(Math.max(0, this.tick - age) * containers + index);
    }
    this.step(0, 0);
  }

  private folderOf(id: number): string {
    return join(this.folder, "sys/fs/cgroup/system.slice", `docker-${id.toString(16).padStart(64, "0")}.scope`);
  }

  private container(id: number): void {
    const folder = this.folderOf(id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "cpu.stat"),
      "usage_usec 1000\nuser_usec 600\nsystem_usec 400\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n",
    );
    writeFileSync(join(folder, "memory.current"), `${1_000_000 + id}\n`);
    writeFileSync(join(folder, "memory.max"), "max\n");
    writeFileSync(join(folder, "memory.stat"), "anon 4096\nfile 4096\ninactive_file 4096\n");
    writeFileSync(join(folder, "io.stat"), "");
    writeFileSync(join(folder, "pids.current"), "1\n");
    writeFileSync(join(folder, "pids.max"), "max\n");
  }

  private endContainer(id: number): void {
    rmSync(this.folderOf(id), { recursive: true, force: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const start = (host: ChangingHost) =>
  startServer({
    env: { HOSTSCOPE_PROC_ROOT: join(host.folder, "proc"), HOSTSCOPE_SYS_ROOT: join(host.folder, "sys") },
    config: "security:\n  rate_limit: false\n",
  });

function residentMiB({ pid }: StartedServer): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) / 1024;
}

function cpuSeconds({ pid }: StartedServer): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const PATHS = [
  "/api/health",
  "/api/metrics/current",
  "/api/metrics",
  // After the change: what has no reading in the range is not in the answer.
  "/api/metrics/history/system?hours=0.02",
  "/api/metrics/history/system.network.io?hours=0.02",
  "/api/metrics/history/container.memory.usage?hours=0.02",
  "/api/processes",
  "/api/processes/top?hours=1",
  "/api/alerts",
  "/api/alerts/rules",
  "/api/storage",
  "/metrics",
];

/** These hold the names of the change. How long they take is told. */
const HOUR_PATHS = ["/api/metrics/history/system?hours=1", "/api/metrics/history/system.network.io?hours=1"];

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] as number;

/** Median milliseconds of each answer, the two servers in turn. */
async function answerTimes(
  servers: readonly [StartedServer, StartedServer],
  paths: readonly string[],
  rounds: number,
): Promise<Map<string, [number, number]>> {
  const times = new Map<string, [number, number]>();
  for (const path of paths) {
    const found: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      for (const which of [0, 1] as const) {
        const begun = performance.now();
        const response = await fetch(servers[which].url + path).catch((error: unknown) => {
          throw new Error(`${path}: ${String(error)}\n${servers[which].stderr().slice(-3000)}`);
        });
        await response.arrayBuffer();
        expect(response.status).toBe(200);
        found[which].push(performance.now() - begun);
      }
    }
    times.set(path, [median(found[0]), median(found[1])]);
  }
  return times;
}

const MINUTES = 5;

/** CPU seconds that each server takes a second, in each of some minutes. */
async function restingWork(servers: readonly [StartedServer, StartedServer]): Promise<[number[], number[]]> {
  const found: [number[], number[]] = [[], []];
  for (let minute = 0; minute < MINUTES; minute++) {
    const before = servers.map(cpuSeconds);
    await sleep(60_000);
    for (const which of [0, 1] as const) found[which].push((cpuSeconds(servers[which]) - (before[which] as number)) / 60);
  }
  return found;
}

const percents = (shares: readonly number[]) => shares.map((share) => (100 * share).toFixed(2)).join(", ");

test("20,000 interfaces and 5,000 containers come and go, and leave nothing", async () => {
  using changing = new ChangingHost();
  using calm = new ChangingHost();
  await using server = await start(changing);
  await using control = await start(calm);
  await using browser = await chromium.launch({ executablePath: ensureChromium(), args: CHROMIUM_ARGUMENTS });
  const context = await browser.newContext();
  for (const one of [server, control]) {
    for (const path of ["/", "/network", "/performance"]) {
      const page = await context.newPage();
      await page.goto(one.url + path);
    }
  }
  const series = new Database(join(server.dataDir, "hostscope.db"), { readonly: true });
  const rows = (table: string) => series.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  let [warm, calmWarm] = [0, 0];
  for (let tick = 0; tick < TICKS; tick++) {
    const begun = performance.now();
    changing.step(INTERFACES_A_TICK, CONTAINERS_A_TICK);
    calm.step(0, 0);
    if (tick === WARM_UP_TICKS) [warm, calmWarm] = [residentMiB(server), residentMiB(control)];
    await sleep(Math.max(0, 1000 - (performance.now() - begun)));
  }
  const [most, calmMost] = [residentMiB(server), residentMiB(control)];
  const named = { series: rows("series"), layouts: rows("layouts") };
  changing.endAll(CONTAINERS_A_TICK);
  await sleep(REST_S * 1000);
  await context.close();
  await sleep(5000);
  // The least minute: what a tick does is in each of them, what V8 collects of the names that the ring still has comes and goes.
  const [after, calmAfter] = await restingWork([server, control]);
  const [end, calmEnd] = [residentMiB(server), residentMiB(control)];
  const answers = await answerTimes([server, control], PATHS, 31);
  const hours = await answerTimes([server, control], HOUR_PATHS, 3);
  series.close();

  const ratios = new Map([...answers].map(([path, [own, other]]) => [path, own / other]));
  console.log(
    [
      `${INTERFACES} interfaces and ${CONTAINERS} containers in ${TICKS} s; names in the database meanwhile ${named.series}, layouts ${named.layouts}`,
      `resident MiB: ${warm.toFixed(0)} warm, ${most.toFixed(0)} at the end of the change, ${end.toFixed(0)} later; without change ${calmWarm.toFixed(0)}, ${calmMost.toFixed(0)}, ${calmEnd.toFixed(0)}`,
      `CPU in the minutes afterwards, % of a core: ${percents(after)}; without change ${percents(calmAfter)}`,
      ...[...answers, ...hours].map(
        ([path, [own, other]]) => `${path}: ${own.toFixed(1)} ms, without change ${other.toFixed(1)} ms`,
      ),
    ].join("\n"),
  );
  expect(end - warm).toBeLessThan(MOST_GROWTH_MIB);
  expect(Math.min(...after) / Math.min(...calmAfter)).toBeLessThan(MOST_RATIO);
  for (const [path, ratio] of ratios)
    expect([path, ratio < MOST_RATIO || (answers.get(path)?.[0] ?? 0) < 5]).toEqual([path, true]);
});
