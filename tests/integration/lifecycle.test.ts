import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { eventually, folderEnvironment, getJson, runHostscope, startServer, temporaryFolder } from "../helpers/server";

interface Current {
  timestamp: string | null;
  metrics: { metric: string; value: number | null; total?: number }[];
}

interface HistoryAnswer {
  timestamps: number[];
  series: { values: (number | null)[] }[];
}

const firstSample = (url: string) =>
  eventually(async () => {
    const current = await getJson<Current>(`${url}/api/metrics/current`);
    return current.timestamp === null ? null : current;
  });

/** Time stamps of the last minutes that have a reading. */
async function recordedTicks(url: string): Promise<number[]> {
  const history = await getJson<HistoryAnswer>(`${url}/api/metrics/history/system.memory.utilization?hours=0.1&points=2000`);
  return history.timestamps.filter((_time, index) => history.series[0]?.values[index] !== null && history.series.length > 0);
}

test("a fresh start serves health at once, and a sample after it", async () => {
  await using server = await startServer();
  const health = () => getJson<{ checks: { name: string; status: string }[] }>(`${server.url}/api/health`);
  // On a busy machine the first sample may be late, which health says.
  const others = (await health()).checks.filter(({ name }) => name !== "sampling");
  expect(others.map(({ status }) => status)).toEqual(others.map(() => "ok"));
  const current = await firstSample(server.url);
  expect(current.metrics.map(({ metric }) => metric)).toContain("system.memory.utilization");
  await eventually(async () => (await health()).checks.every(({ status }) => status === "ok"));
});

test("kill -9 loses at most the tick in flight, and the history goes on", async () => {
  const server = await startServer();
  await eventually(async () => (await recordedTicks(server.url)).length >= 4);
  const before = await recordedTicks(server.url);
  await server.kill("SIGKILL");
  await using again = await startServer({ folder: server.folder });
  const after = await eventually(async () => {
    const ticks = await recordedTicks(again.url);
    return ticks.length > before.length ? ticks : null;
  });
  const lost = before.filter((tick) => !after.includes(tick));
  expect(lost.length).toBeLessThanOrEqual(1);
});

test("SIGTERM ends the server with 0, even with a viewer", async () => {
  await using server = await startServer();
  const viewer = await fetch(`${server.url}/api/stream`);
  expect(await server.kill("SIGTERM")).toBe(0);
  await viewer.body?.cancel().catch(() => {});
});

test("monitoring that was stopped stays stopped over a restart, and starts again", async () => {
  const server = await startServer();
  await firstSample(server.url);
  const stop = await fetch(`${server.url}/api/monitoring/stop`, { method: "POST" });
  expect(await stop.json()).toMatchObject({ monitoring: "stopped" });
  await server.kill("SIGTERM");
  await using again = await startServer({ folder: server.folder });
  expect(await getJson(`${again.url}/api/monitoring`)).toMatchObject({ monitoring: "stopped" });
  expect((await getJson<Current>(`${again.url}/api/metrics/current`)).timestamp).toBeNull();
  const start = await fetch(`${again.url}/api/monitoring/start`, { method: "POST" });
  expect(await start.json()).toMatchObject({ monitoring: "running" });
  await firstSample(again.url);
});

test("a second server on the same data is refused with the first one's pid", async () => {
  await using server = await startServer();
  const { code, stderr } = await runHostscope(["start", "--port", "0"], folderEnvironment(server.folder));
  expect(code).toBe(73);
  expect(stderr).toContain(`pid ${server.pid}`);
});

test("an interval of five seconds samples on five-second boundaries", async () => {
  await using server = await startServer({ config: "monitoring:\n  interval: 5\n" });
  const ticks = await eventually(async () => {
    const found = await recordedTicks(server.url);
    return found.length >= 2 ? found : null;
  });
  for (const tick of ticks) expect(tick % 5000).toBe(0);
});

test("files hold nothing for other users", async () => {
  await using server = await startServer();
  await firstSample(server.url);
  for (const path of ["data/hostscope.db", "data/server.json", "logs/monitor.log"]) {
    expect(statSync(join(server.folder, path)).mode & 0o077, path).toBe(0);
  }
  const lines = readFileSync(join(server.folder, "logs/monitor.log"), "utf8").trim().split("\n");
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty("msg");
});

test("a database that another program holds locked costs no sample", async () => {
  await using server = await startServer();
  await firstSample(server.url);
  const other = new Database(join(server.dataDir, "hostscope.db"));
  other.exec("BEGIN IMMEDIATE");
  await eventually(async () => (await getJson<{ status: string }>(`${server.url}/api/health`)).status === "degraded");
  const held = (await getJson<Current>(`${server.url}/api/metrics/current`)).timestamp;
  await eventually(async () => (await getJson<Current>(`${server.url}/api/metrics/current`)).timestamp !== held);
  other.exec("ROLLBACK");
  await eventually(async () => (await getJson<{ status: string }>(`${server.url}/api/health`)).status === "ok");
  const rows = other.prepare("SELECT at FROM sample_log ORDER BY at").pluck().all() as number[];
  other.close();
  const skipped = rows.slice(1).reduce((sum, at, index) => sum + (at - (rows[index] as number)) / 1000 - 1, 0);
  // A tick that a busy machine delayed into the next one is counted; none is missing because of the lock.
  const { metrics } = await getJson<Current>(`${server.url}/api/metrics/current`);
  expect(skipped).toBeLessThanOrEqual(metrics.find(({ metric }) => metric === "hostscope.sample.missed")?.total ?? Number.NaN);
});

const failures: [
  string,
  string,
  (folder: string) => { config?: string; args?: string[]; env?: Record<string, string> },
  number,
  RegExp,
][] = [
  [
    "an unknown key",
    "names its place",
    () => ({ config: "monitoring:\n  intervall: 2\n" }),
    78,
    /config\.yaml:2:3 monitoring\.intervall: no such setting, did you mean interval\?\n$/,
  ],
  ["broken YAML", "names its place", () => ({ config: "server: [1\n" }), 78, /config\.yaml:2:1 /],
  [
    "a configuration file that is not there",
    "says what to copy",
    () => ({ args: ["--config", "/nowhere/c.yaml"] }),
    78,
    /no configuration file \/nowhere\/c\.yaml/,
  ],
  ["a port that is no number", "says so", () => ({ args: ["--port", "x"] }), 64, /The port must be a whole number/],
  ["an unknown flag", "is usage", () => ({ args: ["--prot", "1"] }), 64, /unknown option/],
  [
    "a data folder that cannot be written",
    "names it",
    (folder) => {
      writeFileSync(join(folder, "file"), "");
      return { env: { HOSTSCOPE_DATA_DIR: join(folder, "file", "data") } };
    },
    73,
    /Cannot write to the data folder .*/,
  ],
  [
    "a database of a newer version",
    "names both",
    (folder) => {
      mkdirSync(join(folder, "data"));
      const database = new Database(join(folder, "data", "hostscope.db"));
      database.exec(
        "CREATE TABLE _prisma_migrations (id TEXT PRIMARY KEY, migration_name TEXT, finished_at DATETIME, rolled_back_at DATETIME); INSERT INTO _prisma_migrations VALUES ('1', '9999_future', 1, NULL)",
      );
      database.close();
      return {};
    },
    65,
    /written by a newer Hostscope \(it has migration 9999_future/,
  ],
];

test.each(failures)("start refuses %s and %s", async (_what, _how, prepare, exitCode, message) => {
  const folder = temporaryFolder();
  const { config = "", args = [], env = {} } = prepare(folder);
  writeFileSync(join(folder, "config.yaml"), config);
  const { code, stderr } = await runHostscope(["start", "--port", "0", ...args], { ...folderEnvironment(folder), ...env });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(code).toBe(exitCode);
});

test("upgrade-check of a newer folder says the way back", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "data"));
  const database = new Database(join(folder, "data", "hostscope.db"));
  database.exec(
    "CREATE TABLE _prisma_migrations (id TEXT PRIMARY KEY, migration_name TEXT, finished_at DATETIME, rolled_back_at DATETIME); INSERT INTO _prisma_migrations VALUES ('1', '9999_future', 1, NULL)",
  );
  database.close();
  const { code, stderr } = await runHostscope(["upgrade-check", join(folder, "data")], folderEnvironment(folder));
  expect(code).toBe(65);
  expect(stderr).toContain(`${join(folder, "data", "hostscope.db")} was written by a newer Hostscope`);
  expect(stderr).toContain("restore");
});

test("a file that is no database is kept beside a new one, and said so on the terminal and in health", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "data", "hostscope.db"), "not a database".repeat(100));
  await using server = await startServer({ folder });
  expect(server.stderr()).toMatch(/damaged/);
  const kept = readdirSync(join(folder, "data")).find((name) => name.startsWith("hostscope.db.damaged-"));
  expect(readFileSync(join(folder, "data", kept ?? ""), "utf8")).toContain("not a database");
  const { status, checks } = await getJson<{ status: string; checks: { name: string; detail: string }[] }>(
    `${server.url}/api/health`,
  );
  expect(status).toBe("degraded");
  expect(checks.find(({ name }) => name === "database")?.detail).toContain(kept);
});

test("start refuses a port that is taken", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as AddressInfo;
  const folder = temporaryFolder();
  writeFileSync(join(folder, "config.yaml"), "");
  const { code, stderr } = await runHostscope(["start", "--port", String(port)], folderEnvironment(folder));
  other.close();
  expect(stderr).toContain(`Port ${port} on 127.0.0.1 is already in use`);
  expect(code).toBe(69);
});
