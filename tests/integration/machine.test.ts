/** Another machine, read from an engine: what its pages and its API say here is what it says of itself. */
import { hostname } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, getJson, type StartedServer, startServer } from "../helpers/server";
import { startWrittenEngine } from "../helpers/written-engine";

let engine: Awaited<ReturnType<typeof startWrittenEngine>>;
let writer: StartedServer;
let reader: StartedServer;

interface HistoryAnswer {
  timestamps: number[];
  stepSeconds: number;
  resolutionSeconds: number;
  series: { metric: string; labels: Record<string, string>; values: (number | null)[] }[];
}

const about = (path: string) => `${reader.url}/api/${path}${path.includes("?") ? "&" : "?"}machine=web-2`;

beforeAll(async () => {
  engine = await startWrittenEngine();
  writer = await startServer({
    config: `remote_write:
  - {url: "${engine.writeUrl}", interval: 1s, external_labels: {instance: web-2, env: live}}
server: {public_url: "https://monitor.example.org/web-2"}
alerts:
  rules: [{name: always, metric: system.uptime, warning: 0, for: 0s, aggregate: last, window: 0s}]
`,
    arguments: ["--mode", "headless"],
  });
  reader = await startServer({ config: `fleet: {query_url: "${engine.url}", labels: [env]}\n` });
  await eventually(async () => (await fetch(about("host"))).ok);
  await eventually(async () => {
    const { series } = await getJson<HistoryAnswer>(about("metrics/history/system.cpu.utilization?hours=0.02&points=60"));
    return (series[0]?.values.filter((value) => value !== null).length ?? 0) > 5;
  });
});

afterAll(async () => {
  await reader[Symbol.asyncDispose]();
  await writer[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

test("the host is that machine, with the address of its own pages", async () => {
  const host = await getJson<Record<string, unknown>>(about("host"));
  const own = await getJson<Record<string, unknown>>(`${reader.url}/api/host`);
  expect(host).toMatchObject({
    name: "web-2",
    machine: { name: "web-2", url: "https://monitor.example.org/web-2" },
    kernel: own.kernel,
    memoryBytes: own.memoryBytes,
    logicalCpus: own.logicalCpus,
  });
  expect(own).toMatchObject({ name: hostname(), machine: null, fleet: true });
});

test("a history is what was written, at the step of what was written", async () => {
  const to = Math.floor(Date.now() / 1000) * 1000;
  const asked = `metrics/history/system.memory.linux.available?from=${to - 8000}&to=${to}&step=1`;
  const history = await getJson<HistoryAnswer>(about(asked));
  expect(history).toMatchObject({ stepSeconds: 1, resolutionSeconds: 1 });
  const known = history.series[0]?.values.filter((value) => value !== null) ?? [];
  expect(known.length).toBeGreaterThan(3);
  expect(known.every((value) => (value ?? 0) > 1e6)).toBe(true);
  const cpu = await getJson<HistoryAnswer>(about(`metrics/history/system.cpu.utilization?from=${to - 8000}&to=${to}&step=1`));
  const modes = new Set(cpu.series.map(({ labels }) => labels["cpu.mode"]));
  expect(modes.has("iowait")).toBe(true);
  expect(modes.has("")).toBe(false);
});

test("what is newest is there, with rates, and the interval is that of the engine", async () => {
  const current = await getJson<{ intervalSeconds: number; metrics: { metric: string; labels: object }[] }>(
    about("metrics/current"),
  );
  expect(current.intervalSeconds).toBe(1);
  expect(current.metrics.some(({ metric }) => metric === "system.cpu.utilization")).toBe(true);
});

test("its firing alerts are listed, since they began", async () => {
  const { alerts } = await eventually(async () => {
    const found = await getJson<{ alerts: { rule: string; severity: string; state: string; message: string }[] }>(
      about("alerts?hours=1&state=firing"),
    );
    return found.alerts.length > 0 && found;
  });
  expect(alerts[0]).toMatchObject({ rule: "always", severity: "warning", state: "firing", message: "always" });
});

test("what only the machine itself knows is said to be there, and nothing of it can be changed here", async () => {
  const network = await fetch(about("network"));
  expect(network.status).toBe(404);
  expect(((await network.json()) as { detail: string }).detail).toBe(
    "Connections are available only on web-2 itself. Open Hostscope there.",
  );
  const mark = await fetch(about("marks"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "not here" }),
  });
  expect(mark.status).toBe(403);
  expect(((await mark.json()) as { detail: string }).detail).toContain("Open Hostscope on web-2 to change it.");
});

test("a machine that the engine does not know is named, on the page with the way back", async () => {
  const answer = await fetch(`${reader.url}/api/host?machine=nobody`);
  expect(answer.status).toBe(404);
  expect(((await answer.json()) as { detail: string }).detail).toContain("There is no machine nobody in the fleet engine");
  const page = await (await fetch(`${reader.url}/?machine=nobody`, { headers: { accept: "text/html" } })).text();
  expect(page).toContain("Couldn't show this machine");
  expect(page).toContain("There is no machine nobody in the fleet engine");
});

test("live data comes as it is written", async () => {
  const abort = new AbortController();
  const response = await fetch(about("stream"), { signal: abort.signal });
  const body = response.body?.getReader();
  let text = "";
  while (!text.includes("event: sample")) {
    const { value, done } = (await body?.read()) ?? { done: true };
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  abort.abort();
  expect(text).toContain("event: snapshot");
  expect(text).toContain("event: sample");
});

test("whoever opens the server's address sees all machines first, and Overview by its link", async () => {
  const first = await fetch(`${reader.url}/`, { headers: { accept: "text/html" }, redirect: "manual" });
  expect([first.status, first.headers.get("location")]).toEqual([307, "/machines"]);
  expect((await fetch(`${reader.url}/?here=1`, { headers: { accept: "text/html" }, redirect: "manual" })).status).toBe(200);
});

test("while the engine is away its machines say so, and this machine goes on", async () => {
  engine.away(true);
  const { detail, status } = await eventually(async () => {
    const response = await fetch(about("metrics/history/system.cpu.utilization?hours=0.02"));
    const answer = (await response.json()) as { detail: string };
    return response.status === 503 && { ...answer, status: response.status };
  });
  expect([status, detail]).toEqual([503, "Cannot query the fleet engine: 503 away. Check `fleet.query_url` and the engine."]);
  expect((await fetch(`${reader.url}/api/metrics/current`)).status).toBe(200);
  engine.away(false);
  await eventually(async () => (await fetch(about("metrics/history/system.cpu.utilization?hours=0.02"))).ok);
});
