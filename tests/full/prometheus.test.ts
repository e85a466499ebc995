/** Runs Debian's prometheus and promtool against /metrics. */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { ensurePrograms } from "../helpers/debian";
import { eventually, getJson, type StartedServer, startServer, temporaryFolder } from "../helpers/server";

const RULES = resolve("config/prometheus-rules.example.yml");
/** node_exporter's names, which follow the kernel's; node_exporter's own checks except them too. */
const KERNEL_NAMES = /^node_(memory|netstat|entropy)_/;
const SCRAPED_FOR_MS = 120_000;

let server: StartedServer;

beforeAll(async () => {
  server = await startServer();
  await eventually(async () => (await getJson<{ timestamp: string | null }>(`${server.url}/api/metrics/current`)).timestamp);
});

afterAll(() => server[Symbol.asyncDispose]());

ensurePrograms("prometheus", "promtool");

test("promtool finds nothing to complain of but the kernel's own names", async () => {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const { stdout, stderr, error } = spawnSync("promtool", ["check", "metrics"], { input: metrics, encoding: "utf8" });
  expect(error).toBeUndefined();
  const complaints = `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !KERNEL_NAMES.test(line));
  expect(complaints).toEqual([]);
});

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
  const address = listener.address();
  await new Promise((done) => listener.close(done));
  return address && typeof address === "object" ? address.port : 0;
}

interface Vector {
  resultType: string;
  result: { metric: Record<string, string>; value: [number, string] }[];
}

test("Prometheus scrapes two minutes without a miss, and every rule of ours is a vector", async () => {
  const folder = temporaryFolder();
  const port = await freePort();
  writeFileSync(
    join(folder, "prometheus.yml"),
    `global: {scrape_interval: 2s, evaluation_interval: 5s}
rule_files: [${RULES}]
scrape_configs:
  - {job_name: node, static_configs: [{targets: ["127.0.0.1:${server.port}"]}]}
`,
  );
  const prometheus = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: "ignore" },
  );
  const ended = new Promise((done) => prometheus.on("exit", done));
  const query = async (expression: string) => {
    const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
    return (await getJson<{ data: Vector }>(url)).data;
  };
  try {
    const started = performance.now();
    await eventually(async () => (await query("up")).result.length === 1, 20_000);
    await eventually(async () => performance.now() - started > SCRAPED_FOR_MS, SCRAPED_FOR_MS + 10_000);

    const [up] = (await query('min_over_time(up{job="node"}[110s])')).result;
    expect(up?.value[1]).toBe("1");
    const [scrapes] = (await query('count_over_time(up{job="node"}[110s])')).result;
    expect(Number(scrapes?.value[1])).toBeGreaterThanOrEqual(50);

    const { groups } = parse(readFileSync(RULES, "utf8")) as {
      groups: { rules: { record?: string; expr: string }[] }[];
    };
    for (const { record, expr } of groups.flatMap(({ rules }) => rules)) {
      const { resultType, result } = await query(expr);
      expect(resultType, expr).toBe("vector");
      // An alert that is not firing is an empty vector; a recording rule must have a result.
      if (record !== undefined) {
        expect(result.length, expr).toBeGreaterThan(0);
        expect((await query(record)).result.length, record).toBeGreaterThan(0);
      }
    }
    const [busy] = (await query("instance:node_cpu_utilisation:rate5m")).result;
    expect(Number(busy?.value[1])).toBeGreaterThanOrEqual(0);
    expect(Number(busy?.value[1])).toBeLessThanOrEqual(1);
  } finally {
    prometheus.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
});
