import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { ensurePrograms } from "../helpers/debian";
import { cpuLoad, diskLoad, type Load, networkLoad } from "../helpers/load";
import { eventually, folderEnvironment, getJson, startServer } from "../helpers/server";

const firstSample = (url: string) =>
  eventually(async () => (await getJson<{ timestamp: string | null }>(`${url}/api/metrics/current`)).timestamp);

const KILLS = 20;

test(`${KILLS} times kill -9 under load: at most one tick lost each time, no damaged row, ready within 5 s`, async () => {
  const load = cpuLoad(1);
  let server = await startServer();
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      await firstSample(server.url);
      // Kill at any point within a tick, after a few of them.
      const wait = 2000 + ((kill * 137) % 1000);
      await new Promise((resolve) => setTimeout(resolve, wait));
      const seen = Date.parse((await getJson<{ timestamp: string }>(`${server.url}/api/metrics/current`)).timestamp);
      await server.kill("SIGKILL");
      const database = new Database(join(server.dataDir, "hostscope.db"), { readonly: true });
      const last = database.prepare("SELECT max(at) FROM sample_log").pluck().get() as number;
      expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
      database.close();
      expect(seen - last, `tick after kill ${kill}`).toBeLessThanOrEqual(1000);
      const started = performance.now();
      server = await startServer({ folder: server.folder });
      await getJson(`${server.url}/api/health`);
      expect(performance.now() - started).toBeLessThan(5000);
    }
    const health = await getJson<{ checks: { name: string; detail: string }[] }>(`${server.url}/api/health`);
    expect(health.checks.find(({ name }) => name === "database")?.detail).toBe("samples are being written");
  } finally {
    await load.stop();
    await server[Symbol.asyncDispose]();
  }
});

test("polling for children every 5 ms for 60 s sees none in steady state", async () => {
  await using server = await startServer();
  await eventually(async () => (await getJson<{ uptimeSeconds: number }>(`${server.url}/api/health`)).uptimeSeconds >= 8, 20_000);
  const seen = new Set<string>();
  let polls = 0;
  await new Promise<void>((resolve) => {
    const end = performance.now() + 60_000;
    const timer = setInterval(() => {
      for (const task of readdirSync(`/proc/${server.pid}/task`)) {
        try {
          const text = readFileSync(`/proc/${server.pid}/task/${task}/children`, "utf8").trim();
          if (text) seen.add(text);
        } catch {
          // The thread ended after it was listed.
        }
      }
      polls++;
      if (performance.now() > end) {
        clearInterval(timer);
        resolve();
      }
    }, 5);
  });
  expect([...seen]).toEqual([]);
  expect(polls).toBeGreaterThan(5000);
});

test("no connection leaves this machine", async () => {
  ensurePrograms("strace");
  const folder = mkdtempSync(join(tmpdir(), "hostscope-strace-"));
  const trace = join(folder, "trace");
  const child = spawn(
    "strace",
    ["-f", "-qq", "-e", "trace=connect,sendto", "-o", trace, "node", "bin/hostscope.mjs", "start", "--port", "0"],
    {
      env: { ...process.env, ...folderEnvironment(folder), HOSTSCOPE_CONFIG: join(process.cwd(), "config/config.example.yaml") },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let stderr = "";
  child.stderr.on("data", (text) => (stderr += text));
  const url: string = await eventually(async () => /^listening (\S+)$/m.exec(stderr)?.[1], 60_000);
  await firstSample(url);
  await getJson(`${url}/api/metrics/history/system`);
  await (await fetch(url)).text();
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  // Signal the server itself: strace would detach and stay.
  const { pid } = JSON.parse(readFileSync(join(folder, "data", "server.json"), "utf8")) as { pid: number };
  process.kill(pid, "SIGTERM");
  await new Promise((resolve) => child.on("exit", resolve));
  const outside = readFileSync(trace, "utf8")
    .split("\n")
    .filter((line) => /AF_INET6?/.test(line) && !/inet_addr\("127\.|"::1"|"::ffff:127\./.test(line));
  rmSync(folder, { recursive: true, force: true });
  expect(outside).toEqual([]);
});

/** Facts from /proc, read independently of Hostscope. */
function procFacts() {
  const [, ...ticks] = (readFileSync("/proc/stat", "utf8").split("\n", 1)[0] ?? "").trim().split(/\s+/).map(Number);
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  const memory = Object.fromEntries(
    [...readFileSync("/proc/meminfo", "utf8").matchAll(/^(\w+):\s+(\d+)/gm)].map(([, name, value]) => [
      name,
      Number(value) * 1024,
    ]),
  );
  const disks = readFileSync("/proc/diskstats", "utf8")
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , name = ""]) => /^(vd[a-z]|sd[a-z]|nvme\d+n\d+)$/.test(name));
  const loopback = /^\s*lo:\s*(.*)$/m.exec(readFileSync("/proc/net/dev", "utf8"))?.[1]?.trim().split(/\s+/).map(Number) ?? [];
  return {
    busy: user + nice + system + irq + softirq + steal,
    total: user + nice + system + idle + iowait + irq + softirq + steal,
    used: (memory.MemTotal ?? 0) - (memory.MemAvailable ?? 0),
    limit: memory.MemTotal ?? 0,
    written: disks.reduce((sum, fields) => sum + Number(fields[9]) * 512, 0),
    received: loopback[0] ?? 0,
    load: Number(readFileSync("/proc/loadavg", "utf8").split(" ", 1)[0]),
  };
}

/** Waits for the next second and reads /proc shortly after Hostscope does. */
async function factsAtSecond(): Promise<{ at: number; facts: ReturnType<typeof procFacts> }> {
  const at = Math.ceil((Date.now() + 1) / 1000) * 1000;
  await new Promise((resolve) => setTimeout(resolve, at - Date.now() + 4));
  return { at, facts: procFacts() };
}

interface HistoryAnswer {
  series: { labels: Record<string, string>; values: (number | null)[] }[];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const SECONDS = 8;
/** A lower rate is noise on an idle machine, so that relative differences mean nothing. */
const MEASURABLE_BYTES = 1e6;

test.each([
  ["idle", (): Load | null => null],
  ["CPU-bound", (): Load | null => cpuLoad(1)],
  ["I/O-bound", (): Load | null => diskLoad()],
  ["network-bound", (): Load | null => networkLoad()],
] as const)("%s: the numbers are what /proc says to another program in the same seconds", async (name, begin) => {
  await using server = await startServer();
  const load = begin();
  try {
    await firstSample(server.url);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const before = await factsAtSecond();
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000 - 500));
    const after = await factsAtSecond();
    const seconds = (after.at - before.at) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 1500));

    /** Readings of the ticks after `before`, up to and including `after`. */
    const readings = async (metric: string, labels: Record<string, string> = {}) => {
      const range = `from=${before.at + 1000}&to=${after.at + 1000}&points=2000`;
      const { series } = await getJson<HistoryAnswer>(`${server.url}/api/metrics/history/${metric}?${range}`);
      const wanted = JSON.stringify(Object.entries(labels).sort());
      const found = series.find((one) => JSON.stringify(Object.entries(one.labels).sort()) === wanted);
      return (found?.values ?? []).filter((value) => value !== null);
    };
    const difference = (ours: number, kernel: number) => Math.abs(ours - kernel) / kernel;

    const cpu = mean(await readings("system.cpu.utilization"));
    expect(Math.abs(cpu - (after.facts.busy - before.facts.busy) / (after.facts.total - before.facts.total))).toBeLessThan(0.03);
    const used = (await readings("system.memory.usage", { "system.memory.state": "used" })).at(-1) ?? Number.NaN;
    expect(Math.abs(used - after.facts.used) / after.facts.limit).toBeLessThan(0.01);
    const loadAverage = (await readings("system.cpu.load_average.1m")).at(-1) ?? Number.NaN;
    expect(Math.abs(loadAverage - after.facts.load)).toBeLessThan(0.3);
    const written = (after.facts.written - before.facts.written) / seconds;
    if (name === "I/O-bound") expect(written).toBeGreaterThan(MEASURABLE_BYTES);
    if (written > MEASURABLE_BYTES) {
      expect(difference(mean(await readings("system.disk.io", { "disk.io.direction": "write" })), written)).toBeLessThan(0.05);
    }
    const received = (after.facts.received - before.facts.received) / seconds;
    if (name === "network-bound") expect(received).toBeGreaterThan(MEASURABLE_BYTES);
    if (received > MEASURABLE_BYTES) {
      const link = { "network.interface.name": "lo", "network.io.direction": "receive" };
      expect(difference(mean(await readings("system.network.io", link)), received)).toBeLessThan(0.05);
    }
  } finally {
    await load?.stop();
  }
});
