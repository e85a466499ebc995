/** An hour of a thousand processes as one file: made by the command, opened beside the server, the same answers byte for byte. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildBusy } from "../helpers/busy-hour";
import { unpackedIncident } from "../helpers/incident";
import { type LoginServer, startWithUsers } from "../helpers/login";
import { eventually, openFile, runHostscope, temporaryFolder } from "../helpers/server";

const HOUR_MS = 3_600_000;
/** Of two days ago: all of it is sealed, and nothing of it changes any more. */
const FROM = (Math.floor(Date.now() / HOUR_MS) - 48) * HOUR_MS;
const TO = FROM + HOUR_MS;
const LEAD_MS = 20 * 60_000;
const MOST_BYTES = 3_000_000;

const CONFIG = `
security: {rate_limit: false}
notifications:
  email: {enabled: false, smtp_server: mail.example.org, username: ann, password: Ohd9aing, to_addresses: [ann@example.org]}
  webhook: {url: "https://hooks.example.org/Xee3ohph", secret: ieF4oosh}
custom_metrics:
  queue: {command: [/opt/app/queue, --password, Uab8shai], interval: 3600}
`;

let folder: string;
let source: LoginServer;
let file: string;

const iso = (at: number) => new Date(at).toISOString();
const range = `from=${iso(FROM)}&to=${iso(TO)}`;

async function take(target: string, args: readonly string[] = []) {
  const env = { HOSTSCOPE_URL: source.server.url, HOSTSCOPE_TOKEN: source.tokens.admin };
  return runHostscope(["incident", target, "--from", iso(FROM), "--to", iso(TO), ...args], env);
}

beforeAll(async () => {
  folder = temporaryFolder();
  const seconds = (TO - FROM + LEAD_MS) / 1000;
  await buildBusy(join(folder, "data"), { start: FROM - LEAD_MS, seconds, sealed: true }, async (store) => {
    await store.marks.add({ at: FROM + 60_000, kind: "note", text: "deployed 1.4" });
    const alert = {
      id: "a1-00000001",
      rule: "cpu",
      metric: "system.cpu.utilization",
      labels: {},
      severity: "critical" as const,
      state: "resolved" as const,
      value: 0.97,
      peak: 0.97,
      threshold: 0.95,
      unit: "1",
      message: "cpu at 97 %",
      cause: [],
      coverage: null,
      refusal: null,
      summary: null,
      firstCause: [],
      startedAt: FROM + 600_000,
      resolvedAt: FROM + 900_000,
      acknowledgedAt: null,
      acknowledgedBy: null,
      acknowledgedUntil: null,
      note: null,
      forecastSeconds: null,
    };
    await store.alerts.save({ created: [alert], updated: [], states: new Map(), groups: new Map(), outbox: [] }, FROM + 600_000);
  });
  source = await startWithUsers(CONFIG, { folder, arguments: ["--mode", "headless"] });
  file = join(folder, "hour.hostscope");
  const { code, stderr } = await take(file);
  if (code !== 0) throw new Error(stderr);
});

afterAll(() => source.server[Symbol.asyncDispose]());

async function body(url: string, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${source.tokens.admin}` };
  const response = await fetch(url + path, url === source.server.url ? { headers } : {});
  if (response.status >= 500) throw new Error(`${path}: ${response.status}`);
  return response.text();
}

/** As the pages and commands ask. */
async function paths(): Promise<string[]> {
  const { metrics } = JSON.parse(await body(source.server.url, "/api/metrics/current")) as { metrics: { metric: string }[] };
  const recorded = [...new Set(metrics.map(({ metric }) => metric))].filter((name) => /^system\./.test(name)).slice(0, 30);
  const zoom = `from=${iso(FROM + 123_000)}&to=${iso(FROM + 457_000)}`;
  const moments = [FROM, FROM + 1_234_000, TO - 1000];
  const { processes } = JSON.parse(await body(source.server.url, `/api/processes?at=${iso(FROM)}&limit=1`)) as {
    processes: { pid: number; startedAt: string }[];
  };
  const [{ pid, startedAt }] = processes as [{ pid: number; startedAt: string }];
  return [
    ...recorded.map((name) => `/api/metrics/history/${name}?${range}`),
    ...["system", "processes", "system.cpu.utilization"].flatMap((name) =>
      [`points=60&${range}`, `step=1&${zoom}`, `points=20&agg=max&${range}`].map(
        (query) => `/api/metrics/history/${name}?${query}`,
      ),
    ),
    ...moments.flatMap((at) =>
      ["limit=2000", "tree=1&sort=memory&limit=100"].map((query) => `/api/processes?at=${iso(at)}&${query}`),
    ),
    ...["cpu", "memory", "io"].flatMap((sort) =>
      [range, zoom].map((query) => `/api/processes/top?sort=${sort}&limit=100&${query}`),
    ),
    `/api/processes/${pid}/history?startedAt=${startedAt}&${range}`,
    `/api/alerts?${range}`,
    `/api/alerts/statistics?${range}`,
    `/api/marks?${range}`,
    `/api/explain?${range}`,
    "/api/alerts/rules",
    ...["system.cpu.utilization", "system.memory.utilization", "system.disk.io"].flatMap((metric) =>
      moments.map((at) => `/api/cause?metric=${metric}&at=${iso(at)}&seconds=300`),
    ),
    `/api/export/data?format=csv&metric=all&step=60&${range}`,
    `/api/export/data?format=ndjson&metric=processes&${zoom}`,
  ];
}

test("the file is small, and opened elsewhere it gives the same answers byte for byte", async () => {
  const { size } = statSync(file);
  process.stdout.write(`incident file of an hour with 1,000 processes: ${size} bytes\n`);
  expect(size).toBeLessThan(MOST_BYTES);
  await using opened = await openFile(file, ["--mode", "headless"]);
  let bytes = 0;
  for (const path of await paths()) {
    const expected = await body(source.server.url, path);
    expect(await body(opened.url, path), path).toBe(expected);
    bytes += expected.length;
  }
  expect(bytes).toBeGreaterThan(1_000_000);
});

test("what is still in memory is answered the same too", async () => {
  const { url } = source.server;
  await eventually(async () => {
    const { timestamps, series } = JSON.parse(await body(url, "/api/metrics/history/system.memory.usage?hours=0.05&step=1")) as {
      timestamps: number[];
      series: { values: (number | null)[] }[];
    };
    return timestamps.filter((_at, index) => (series[0]?.values[index] ?? null) !== null).length > 10;
  });
  const to = Date.now() - 2000;
  const recent = join(folder, "recent.hostscope");
  const env = { HOSTSCOPE_URL: url, HOSTSCOPE_TOKEN: source.tokens.admin };
  expect(await runHostscope(["incident", recent, "--from", iso(to - 60_000), "--to", iso(to)], env)).toMatchObject({ code: 0 });
  await using opened = await openFile(recent, ["--mode", "headless"]);
  const last = `from=${iso(to - 60_000)}&to=${iso(to)}`;
  const steps = ["system", "system.cpu.time", "system.filesystem.usage", "hostscope.collector.success"].map(
    (name) => `/api/metrics/history/${name}?step=1&${last}`,
  );
  for (const path of [...steps, `/api/processes/top?${last}`, `/api/processes?at=${iso(to)}&limit=1000`, `/api/marks?${last}`])
    expect(await body(opened.url, path), path).toBe(await body(url, path));
});

test("it has no secret of the configuration, and without command lines none of those", async () => {
  const whole = unpackedIncident(readFileSync(file));
  for (const secret of ["Ohd9aing", "Xee3ohph", "ieF4oosh", "Uab8shai", source.tokens.admin, source.tokens.viewer])
    expect(whole.includes(secret), secret).toBe(false);
  expect(whole.includes("--worker 1234 ")).toBe(true);
  const redacted = join(folder, "redacted.hostscope");
  expect(await take(redacted, ["--redact"])).toMatchObject({ code: 0 });
  const bytes = unpackedIncident(readFileSync(redacted));
  for (const text of ["--worker", "/usr/lib/postgres", "/opt/app/queue"]) expect(bytes.includes(text), text).toBe(false);
  expect(bytes.includes("postgres")).toBe(true);
});

test("it is for administrators, of at most a day, and of what is kept", async () => {
  const get = (query: string, token: string) =>
    fetch(`${source.server.url}/api/export/incident?${query}`, { headers: { authorization: `Bearer ${token}` } });
  expect((await get(range, source.tokens.viewer)).status).toBe(403);
  const long = await get(`from=${iso(FROM)}&to=${iso(FROM + 25 * HOUR_MS)}`, source.tokens.admin);
  expect([long.status, await long.json()]).toMatchObject([
    422,
    { detail: "An incident file covers at most 24 hours. Choose a shorter range." },
  ]);
  expect((await get(`from=${iso(FROM - 9 * HOUR_MS)}&to=${iso(FROM - 8 * HOUR_MS)}`, source.tokens.admin)).status).toBe(404);
  expect((await get(`from=${iso(TO)}&to=${iso(FROM)}`, source.tokens.admin)).status).toBe(400);
});

test("an opened file is shown as of its end, changes nothing, and leaves nothing behind", async () => {
  const temporary = join(folder, "temporary");
  mkdirSync(temporary);
  const before = readFileSync(file);
  await using opened = await openFile(file, ["--mode", "headless"], { TMPDIR: temporary });
  const get = async (path: string) => JSON.parse(await (await fetch(opened.url + path)).text());
  expect(opened.stderr()).toMatch(/local access only; press Ctrl\+C to stop/);
  const [unpacked = ""] = readdirSync(temporary);
  expect((statSync(join(temporary, unpacked)).mode & 0o777).toString(8)).toBe("700");
  expect(await get("/api/host")).toMatchObject({ incident: { from: iso(FROM), to: iso(TO), redacted: false } });
  expect(await get("/api/metrics/current")).toMatchObject({ timestamp: iso(TO - 1000) });
  expect(await get("/api/monitoring")).toMatchObject({ monitoring: "stopped" });
  expect(await get("/api/marks?hours=1")).toMatchObject({ marks: [{ text: "deployed 1.4" }] });
  expect((await get("/api/processes?limit=5")).processes).toHaveLength(5);
  const post = await fetch(`${opened.url}/api/marks`, {
    method: "POST",
    body: JSON.stringify({ text: "mine" }),
    headers: { "content-type": "application/json" },
  });
  expect([post.status, await post.json()]).toMatchObject([403, { detail: expect.stringContaining("Nothing can be changed") }]);
  const foreign = await fetch(`${opened.url}/api/host`, {
    headers: { origin: "https://example.org", "sec-fetch-site": "cross-site" },
  });
  expect(foreign.status).toBe(403);
  expect(await opened.kill("SIGINT")).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("a terminal that closes ends it, and leaves nothing behind", async () => {
  const temporary = join(folder, "closed");
  mkdirSync(temporary);
  await using opened = await openFile(file, ["--mode", "headless"], { TMPDIR: temporary });
  expect(await opened.kill("SIGHUP")).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
});

test("what cannot be opened is said in a sentence, with its exit code, and leaves nothing behind", async () => {
  const temporary = join(folder, "none");
  mkdirSync(temporary);
  const broken = join(folder, "broken.hostscope");
  writeFileSync(broken, readFileSync(file).subarray(0, 100_000));
  const newer = readFileSync(file);
  newer.writeUInt16LE(9, 8);
  writeFileSync(join(folder, "newer.hostscope"), newer);
  for (const [name, sentence] of [
    ["broken.hostscope", /is damaged \(its checksum is wrong\)\. Copy it again/],
    ["newer.hostscope", /was saved by a newer Hostscope \(format 9; this version reads up to 1\)/],
    ["config.yaml", /is not an incident file/],
    ["data", /is a folder/],
  ] as const) {
    const { code, stderr } = await runHostscope(["open", join(folder, name)], { TMPDIR: temporary });
    expect([code, stderr]).toEqual([65, expect.stringMatching(sentence)]);
  }
  expect(readdirSync(temporary)).toEqual([]);
  rmSync(temporary, { recursive: true });
});
