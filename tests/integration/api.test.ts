import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseExposition } from "../helpers/prometheus";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

beforeAll(async () => {
  // Every reading fires at once, one alert per tag.
  const config = `
alerts:
  rules:
    - {name: queue, metric: queue, aggregate: last, warning: 10, for: 0s}
`;
  server = await startServer({ config });
  await eventually(async () => (await getJson<{ timestamp: string | null }>(`${server.url}/api/metrics/current`)).timestamp);
});

afterAll(() => server[Symbol.asyncDispose]());

const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });
const post = (path: string, body: unknown) =>
  fetch(server.url + path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });

test.each(["/api/metrics", "/api/alerts/rules", "/api/openapi.json"])("%s is not sent twice to who has it", async (path) => {
  const first = await get(path);
  const etag = first.headers.get("etag") ?? "";
  expect(etag).toMatch(/^"[\w-]{22}"$/);
  const again = await get(path, { "if-none-match": `"other", W/${etag}` });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  expect((await get(path, { "if-none-match": '"other"' })).status).toBe(200);
});

test("sockets by state are counted in the read that lists the connections, both ends of a local one", async () => {
  const COUNT = 40;
  interface Sockets {
    connections: { transport: string; state: string; count: number }[];
    conversations: { port: number; connections: number }[];
  }
  // A sample has its count, which is up to a minute old.
  await eventually(async () => (await getJson<Sockets>(`${server.url}/api/network`)).connections.length > 0);
  const target = createServer();
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  const { port } = target.address() as AddressInfo;
  const clients = Array.from({ length: COUNT }, () => connect(port, "127.0.0.1"));
  try {
    const listed = await eventually(async () => {
      const sockets = await getJson<Sockets>(`${server.url}/api/network`);
      return sockets.conversations.some((one) => one.port === port && one.connections === COUNT) ? sockets : undefined;
    });
    const established = listed.connections.find(({ transport, state }) => transport === "tcp" && state === "established");
    expect(established?.count).toBeGreaterThanOrEqual(2 * COUNT);
  } finally {
    for (const client of clients) client.destroy();
    target.close();
  }
});

test("live answers are kept by nobody", async () => {
  expect((await get("/api/metrics/current")).headers.get("cache-control")).toBe("no-store");
});

test("a caller's request id comes back, in the problem too; one that is no id is replaced", async () => {
  const known = await get("/api/nothing", { "x-request-id": "job-17" });
  expect(known.headers.get("x-request-id")).toBe("job-17");
  expect(await known.json()).toMatchObject({ instance: "urn:hostscope:request:job-17" });
  const page = await get("/api/trpc/metrics.history?input=%7B%22name%22%3A%22nothing%22%7D", { "x-request-id": "page-4" });
  expect(await page.json()).toMatchObject({ error: { data: { requestId: "page-4" } } });
  const replaced = await get("/api/health", { "x-request-id": "two words" });
  expect(replaced.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("large answers are compressed, the stream never", async () => {
  expect((await get("/api/metrics")).headers.get("content-encoding")).toBe("gzip");
  const stream = await get("/api/stream");
  expect(stream.headers.get("content-encoding")).toBeNull();
  await stream.body?.cancel();
});

test("ten years at one second are refused with the step that would do", async () => {
  const range = "from=2016-01-01T00:00:00Z&to=2026-01-01T00:00:00Z";
  const refused = await get(`/api/metrics/history/system?${range}&step=1`);
  expect(refused.status).toBe(422);
  const step = /step=(\d+)/.exec(((await refused.json()) as { detail: string }).detail)?.[1];
  const answer = await getJson<{ stepSeconds: number; timestamps: number[] }>(
    `${server.url}/api/metrics/history/system?${range}&step=${step}`,
  );
  expect(answer.stepSeconds).toBe(Number(step));
  expect(answer.timestamps.length).toBeLessThanOrEqual(2001);
});

test("history has the bundles processes and custom beside system", async () => {
  await post("/api/metrics/custom", { metric: "depth", value: 4 });
  const custom = await eventually(async () => {
    const answer = await getJson<{ series: { metric: string; values: number[] }[] }>(
      `${server.url}/api/metrics/history/custom?hours=0.01`,
    );
    return answer.series.find(({ metric }) => metric === "depth");
  });
  expect(custom.values).toContain(4);
  const processes = await getJson<{ series: { metric: string }[]; top: { pid: number }[] }>(
    `${server.url}/api/metrics/history/processes?hours=0.1`,
  );
  expect(processes.series.map(({ metric }) => metric)).toContain("system.process.count");
  expect(processes.top.map(({ pid }) => pid)).toContain(server.pid);
});

test("a reading that is too old, or from the future, is refused with a reason", async () => {
  const at = (seconds: number) => new Date(Date.now() + 1000 * seconds).toISOString();
  expect((await post("/api/metrics/custom", { metric: "late", value: 1, timestamp: at(-200) })).status).toBe(200);
  for (const seconds of [-400, 120]) {
    const refused = await post("/api/metrics/custom", { metric: "late", value: 1, timestamp: at(seconds) });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("The timestamp of late must be within the last five minutes");
  }
});

test("following the links of a list gives every alert once", async () => {
  const items = Array.from({ length: 7 }, (_, index) => ({ metric: "queue", value: 50, tags: { shard: String(index) } }));
  expect((await post("/api/metrics/custom", items)).status).toBe(200);
  await eventually(async () => (await getJson<{ alerts: unknown[] }>(`${server.url}/api/alerts`)).alerts.length >= 7);
  const seen: string[] = [];
  let next: string | null = "/api/alerts?hours=1&limit=3";
  for (let pages = 0; next !== null && pages < 10; pages++) {
    const response: Response = await get(next);
    for (const { id } of ((await response.json()) as { alerts: { id: string }[] }).alerts) seen.push(id);
    next = /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1] ?? null;
  }
  expect(seen.length).toBeGreaterThanOrEqual(7);
  expect(new Set(seen).size).toBe(seen.length);
  expect((await get("/api/alerts?cursor=nonsense")).status).toBe(400);
});

test("a mark is told to those who look, listed, and can be taken away; starts mark themselves", async () => {
  const stream = await get("/api/stream");
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
  const made = (await (await post("/api/marks", { text: "deployed 1.4" })).json()) as { id: string };
  let text = "";
  await eventually(async () => {
    text += new TextDecoder().decode((await reader.read()).value);
    return /event: status\ndata: .*deployed 1\.4/.test(text);
  });
  await reader.cancel();
  const list = async () => (await getJson<{ marks: { id: string; kind: string }[] }>(`${server.url}/api/marks?hours=1`)).marks;
  const marks = await list();
  expect(marks.map(({ kind }) => kind)).toContain("start");
  expect(marks.map(({ id }) => id)).toContain(made.id);
  expect((await fetch(`${server.url}/api/marks/${made.id}`, { method: "DELETE" })).status).toBe(200);
  expect((await fetch(`${server.url}/api/marks/${made.id}`, { method: "DELETE" })).status).toBe(404);
  expect((await list()).map(({ id }) => id)).not.toContain(made.id);
});

test("a change of the configuration marks itself", async () => {
  const path = join(server.folder, "config.yaml");
  writeFileSync(path, `${readFileSync(path, "utf8")}\nlogging: {level: debug}\n`);
  await eventually(async () => {
    const { marks } = await getJson<{ marks: { kind: string }[] }>(`${server.url}/api/marks?hours=1`);
    return marks.some(({ kind }) => kind === "configuration");
  });
});

test("both forms of /metrics are read without a complaint, and say what the kernel says", async () => {
  const text = await get("/metrics");
  expect(text.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const samples = parseExposition(await text.text(), "text");
  const total = Number(/^MemTotal:\s+(\d+)/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) * 1024;
  expect(samples.find(({ name }) => name === "node_memory_MemTotal_bytes")?.value).toBe(total);
  expect(samples.filter(({ name, labels }) => name === "node_cpu_seconds_total" && labels.cpu === "0")).toHaveLength(8);
  const open = await get("/metrics", { accept: "application/openmetrics-text;version=1.0.0" });
  expect(open.headers.get("content-type")).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
  expect(parseExposition(await open.text(), "openmetrics").length).toBeGreaterThan(100);
});

test("the page of the API loads nothing: no script, no font, no address but our own", async () => {
  const page = await get("/api/docs");
  const html = await page.text();
  const nonce = /'nonce-([^']+)'/.exec(page.headers.get("content-security-policy") ?? "")?.[1];
  expect(html).toContain(`<style nonce="${nonce?.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)}">`);
  expect(html).not.toMatch(/<script|<link|<img|@import|url\(/);
  for (const [, address] of html.matchAll(/(?:href|src)="([^"]+)"/g)) expect(address).toMatch(/^[/#]/);
  expect(html).toContain("/api/metrics/history/{name}");
});
