import { readFileSync } from "node:fs";
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { childrenOf } from "../helpers/processes";
import { eventually, folderEnvironment, getJson, runHostscope, type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

beforeAll(async () => {
  server = await startServer();
  await eventually(async () => (await getJson<{ timestamp: string | null }>(`${server.url}/api/metrics/current`)).timestamp);
});

afterAll(() => server[Symbol.asyncDispose]());

interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends exactly these headers; fetch would normalise some of them. */
function raw(
  path: string,
  { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: server.port, path, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

test.each([
  ["/api/metrics/history/system?hours=-1", "hours"],
  ["/api/metrics/history/system?points=many", "points"],
  ["/api/metrics/history/system?nonsense=1", "nonsense"],
  ["/api/metrics/history/system?hours=1&hours=2", "hours"],
  ["/api/metrics/history/system?from=2026-02-30", "from"],
  ["/api/metrics/history/system?from=5", "from"],
  ["/api/metrics/history/system?from=06/11/2026", "from"],
  ["/api/processes?sort=name", "sort"],
  ["/api/health?x=1", "x"],
])("%s is a 400 that names %s", async (path, parameter) => {
  const response = await fetch(server.url + path);
  expect(response.status).toBe(400);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = (await response.json()) as { errors: { parameter: string }[] };
  expect(problem.errors.map((error) => error.parameter)).toContain(parameter);
});

test("an unknown metric and an unknown path are 404 problems", async () => {
  for (const path of ["/api/metrics/history/system.nonsense", "/api/nothing"]) {
    const response = await fetch(server.url + path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ status: 404, type: "urn:hostscope:problem:not_found" });
  }
});

test("a wrong method is a 405 that says what is allowed; OPTIONS and HEAD work", async () => {
  const wrong = await fetch(`${server.url}/api/health`, { method: "DELETE" });
  expect(wrong.status).toBe(405);
  expect(wrong.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
  expect((await fetch(`${server.url}/api/monitoring/start`, { method: "OPTIONS" })).headers.get("allow")).toBe("POST, OPTIONS");
  const head = await fetch(`${server.url}/api/health`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

test("what the front door refuses never reaches a handler", async () => {
  expect((await raw("/api/health", { headers: { host: "evil.example" } })).status).toBe(421);
  expect((await raw("/api/health", { method: "TRACE" })).status).toBe(405);
  expect((await raw("/", { headers: { "x-forwarded-for": "192.0.2.1" } })).status).toBe(303);
  expect((await raw("/api/monitoring/stop", { method: "POST", headers: { origin: "http://evil.example" } })).status).toBe(403);
  expect((await raw("/api/health", { headers: { "x-hostscope-access": "guess:admin" } })).status).toBe(200);
});

test("every answer carries the security headers, and a page its own nonce", async () => {
  const page = await raw("/", { headers: { host: "localhost" } });
  const other = await raw("/", { headers: { host: "localhost" } });
  expect(page.headers["x-content-type-options"]).toBe("nosniff");
  expect(page.headers["x-frame-options"]).toBe("DENY");
  expect(String(page.headers["content-security-policy"])).not.toContain("unsafe-eval");
  expect(page.headers["content-security-policy"]).not.toBe(other.headers["content-security-policy"]);
  expect((await raw("/api/nothing", {})).headers["x-content-type-options"]).toBe("nosniff");
});

/** Reads server-sent events until `enough` returns true. */
async function readEvents(path: string, enough: (events: string[]) => boolean): Promise<string[]> {
  const response = await fetch(server.url + path);
  let text = "";
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(chunk);
    const events = text.split("\n\n").slice(0, -1);
    if (enough(events)) return events;
  }
  throw new Error("the stream ended");
}

const idOf = (event: string) => Number(/^id: (\d+)$/m.exec(event)?.[1]);
const isKind = (kind: string) => (event: string) => event.includes(`event: ${kind}\n`);

test("the stream begins with a snapshot and resumes after the last id without a hole", async () => {
  const first = await readEvents("/api/stream", (events) => events.filter(isKind("sample")).length >= 2);
  expect(first.find((event) => event.startsWith("id:"))).toContain("event: snapshot");
  const samples = first.filter(isKind("sample"));
  const last = idOf(samples[0] as string);
  const resumed = await readEvents(`/api/stream?lastEventId=${last}`, (events) => events.filter(isKind("sample")).length >= 2);
  expect(resumed.some(isKind("snapshot"))).toBe(false);
  expect(resumed.filter(isKind("sample")).map(idOf)[0]).toBe(last + 1000);
});

test("history and the live sample are the same numbers", async () => {
  const current = await getJson<{ timestamp: string; metrics: { metric: string; labels: object; value: number }[] }>(
    `${server.url}/api/metrics/current`,
  );
  const at = Date.parse(current.timestamp);
  const history = await getJson<{ timestamps: number[]; series: { metric: string; labels: object; values: number[] }[] }>(
    `${server.url}/api/metrics/history/system.memory.utilization?from=${at - 5000}&to=${at + 1000}`,
  );
  const live = current.metrics.find(({ metric }) => metric === "system.memory.utilization");
  expect(history.series[0]?.values[history.timestamps.indexOf(at)]).toBe(live?.value);
});

test("CPU, memory and load are the kernel's", async () => {
  const current = await getJson<{ metrics: { metric: string; labels: Record<string, string>; value: number; total?: number }[] }>(
    `${server.url}/api/metrics/current`,
  );
  const find = (metric: string) => current.metrics.find((one) => one.metric === metric && Object.keys(one.labels).length === 0);
  const total = Number(/^MemTotal:\s+(\d+)/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) * 1024;
  expect(find("system.memory.limit")?.value).toBe(total);
  const modes = current.metrics.filter((one) => one.metric === "system.cpu.utilization" && "cpu.mode" in one.labels);
  expect(modes.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(1, 6);
});

test("no other program is started in steady state", async () => {
  // Wait for the host inventory, which is read once, three seconds after the start.
  await eventually(async () => (await getJson<{ uptimeSeconds: number }>(`${server.url}/api/health`)).uptimeSeconds >= 6);
  const seen = new Set<string>();
  const uptime = async () => (await getJson<{ uptimeSeconds: number }>(`${server.url}/api/health`)).uptimeSeconds;
  const from = await uptime();
  await eventually(async () => {
    for (const pid of childrenOf(server.pid)) seen.add(pid);
    return (await uptime()) >= from + 5;
  });
  expect([...seen]).toEqual([]);
});

test("the command line reads the same server", async () => {
  const env = folderEnvironment(server.folder);
  const json = await runHostscope(["status", "--json"], env);
  expect(json.code).toBe(0);
  expect(JSON.parse(json.stdout)).toMatchObject({
    monitoring: "running",
    health: { status: expect.stringMatching(/^(ok|degraded)$/) },
  });
  const text = await runHostscope(["status"], env);
  expect(text.stdout).toMatch(/^CPU +\S+%, I\/O wait \S+%/m);
  const local = await runHostscope(["status", "--local"]);
  expect(local.stdout).toMatch(/^Memory +\S+%/m);
});

test.each([
  [["status", "--url", "http://127.0.0.1:9"], 3, /Cannot reach Hostscope at http:\/\/127\.0\.0\.1:9/],
  [["statsu"], 2, /Did you mean status\?/],
  [["version"], 0, /^$/],
  [["--help"], 0, /^$/],
])("hostscope %j exits with %i", async (args, exitCode, stderr) => {
  const result = await runHostscope(args as string[]);
  expect(result.code).toBe(exitCode);
  expect(result.stderr.trim()).toMatch(stderr);
});

test("one process in full is this server itself, and another start of its number is gone", async () => {
  const found = await getJson<{
    startedAt: string;
    parents: { pid: number }[];
    pssBytes: number | null;
    unread: object;
    threadCount: number;
  }>(`${server.url}/api/processes/${server.pid}`);
  expect(found.parents.map(({ pid }) => pid)).toContain(process.pid);
  expect(found.pssBytes).toBeGreaterThan(10_000_000);
  expect(found.threadCount).toBeGreaterThan(5);
  expect(JSON.stringify(found)).not.toContain("HOSTSCOPE_DATA_DIR");
  await getJson(`${server.url}/api/processes/${server.pid}?startedAt=${found.startedAt}`);
  const other = await fetch(`${server.url}/api/processes/${server.pid}?startedAt=${Date.parse(found.startedAt) - 60_000}`);
  expect(other.status).toBe(404);
});
