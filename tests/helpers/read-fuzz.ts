/** 20,000 reads as a viewer, with every range, step, limit and pattern at its extremes: none may cost more than its answer. */
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect } from "vitest";
import { seeded } from "../../scripts/recording";
import { Auth } from "../../src/server/auth/auth";
import type { JsonSchema, OpenApiDocument } from "../../src/server/http/openapi-types";
import { measuredLoop } from "./measured-loop";
import { drawSeed } from "./properties";
import { getJson, startServer } from "./server";

const REQUESTS = 20_000;
const AT_ONCE = 4;
const LONGEST_MS = 2000;
const LOOP_P99_MS = 100;
/** A download may be as long as the data is: its beginning has to come in time. */
const ENOUGH_BYTES = 64 * 1024;

type Random = () => number;
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const MOMENTS = [
  0,
  1,
  -1,
  8_640_000_000_000_000,
  8_640_000_000_000_001,
  -8_640_000_000_000_000,
  1e308,
  "now",
  "now-24h",
  "now-1000000h",
  "yesterday",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "-271821-04-20T00:00:00Z",
  "+275760-09-13T00:00:00Z",
  "2026-02-30T00:00:00Z",
  "NaN",
  "Infinity",
  "",
  "1e400",
  "0x10",
  "12:00",
] as const;
const NUMBERS = [
  0,
  1,
  -1,
  0.001,
  1e-300,
  2,
  60,
  720,
  1000,
  2000,
  10_000,
  100_000,
  1e9,
  2 ** 31,
  2 ** 53,
  1e308,
  "NaN",
  "Infinity",
  "",
  "1e400",
] as const;
const STARS = [
  "*",
  "**",
  "*a*a*a*a*a*b",
  "*".repeat(8),
  "a*".repeat(2000),
  `${"*a".repeat(7)}*b`,
  "?".repeat(100),
  "a".repeat(3000),
];

function queryValue(
  name: string,
  schema: JsonSchema,
  { random, metrics, now, spanMs }: { random: Random; metrics: readonly string[]; now: number; spanMs: number },
): string {
  if (Array.isArray(schema.enum)) return String(pick(random, schema.enum));
  if (/^(from|to|at|before|startedAt)$/.test(name)) {
    return String(random() < 0.6 ? Math.floor(now - random() * 1.2 * spanMs) : pick(random, MOMENTS));
  }
  if (/^(metric|name)$/.test(name))
    return random() < 0.7 ? pick(random, [...metrics, "system", "processes", "all", "custom"]) : pick(random, STARS);
  if (/^(pid)$/.test(name)) return String(pick(random, [1, 2, 100, 0, -1, 2 ** 31, 2 ** 53, "x"]));
  if (/^(step|points|limit|hours|seconds|perWeek)$/.test(name))
    return String(random() < 0.4 ? Math.ceil(random() * 2000) : pick(random, NUMBERS));
  return String(pick(random, [...STARS, ...NUMBERS, "true", "x"]));
}

interface Answered {
  status: number;
  /** Until the first byte of a download, or the last one of anything else. */
  ms: number;
}

function ask(port: number, target: string, headers: Record<string, string>): Promise<Answered> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path: target, headers }, (response) => {
      const { statusCode: status = 0 } = response;
      const isDownload = target.startsWith("/api/export/");
      let bytes = 0;
      let firstMs: number | undefined;
      const end = () => resolve({ status, ms: (isDownload ? firstMs : undefined) ?? performance.now() - begun });
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        firstMs ??= performance.now() - begun;
        if (isDownload && bytes > ENOUGH_BYTES) {
          end();
          response.destroy();
        }
      });
      response.on("end", end);
      response.on("error", end);
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** CPU seconds that a process has used. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The folder has a `data` folder with history of `spanMs`. */
export async function fuzzReads(folder: string, spanMs: number): Promise<void> {
  const dataDir = join(folder, "data");
  const loop = measuredLoop(folder);
  await using server = await startServer({
    ...loop.options,
    config: "security:\n  auth: required\n  rate_limit: false\n",
  });
  const auth = await Auth.open({ databasePath: join(dataDir, "hostscope.db"), dataDir, timeoutMs: 5000 });
  const { token } = await auth.tokens.create({ name: "reads", role: "viewer", createdBy: "test", expiresAt: null }, Date.now());
  await auth.close();
  const headers = { authorization: `Bearer ${token}` };
  const read = async <T>(path: string) => (await (await fetch(`${server.url}${path}`, { headers })).json()) as T;
  const document = await read<OpenApiDocument>("/api/openapi.json");
  const metrics = (await read<{ metric: string }[]>("/api/metrics")).map(({ metric }) => metric);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    methods.get && path !== "/api/stream" && !path.startsWith("/api/export/report")
      ? [{ path, parameters: methods.get.parameters ?? [] }]
      : [],
  );
  expect(operations.length).toBeGreaterThan(20);

  const random = seeded(drawSeed());
  const statuses = new Map<number, number>();
  const slow: string[] = [];
  let slowest = 0;
  let left = REQUESTS;
  const targetOf = () => {
    const { path, parameters } = pick(
      random,
      operations.filter((one) => one.parameters.length > 0 || random() < 0.1),
    );
    const facts = { random, metrics, now: Date.now(), spanMs };
    const query = new URLSearchParams();
    let filled = path;
    for (const { name, schema, in: place } of parameters) {
      const value = queryValue(name, schema, facts);
      if (place === "path")
        filled = filled.replace(`{${name}}`, encodeURIComponent(value.slice(0, 200) || "x").replaceAll(".", "%2E"));
      else if (random() < 0.6) query.append(name, value);
    }
    return query.size > 0 ? `${filled}?${query}` : filled;
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) {
        const target = targetOf();
        const { status, ms } = await ask(server.port, target, headers);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        slowest = Math.max(slowest, ms);
        if (ms > LONGEST_MS) slow.push(`${Math.round(ms)} ms for ${target.slice(0, 300)}`);
        if (status >= 500 && status !== 503) slow.push(`${status} for ${target.slice(0, 300)}`);
      }
    }),
  );
  const { p99, max } = loop.delay();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const before = cpuSeconds(server.pid);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const busy = (cpuSeconds(server.pid) - before) / 5;
  console.log(
    `${REQUESTS} reads, statuses ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(", ")}; slowest ${Math.round(slowest)} ms; loop delay p99 ${p99.toFixed(1)} ms, longest ${max.toFixed(0)} ms; a second later ${(busy * 100).toFixed(0)} % of a core`,
  );
  expect(slow).toEqual([]);
  expect(p99).toBeLessThan(LOOP_P99_MS);
  expect(busy).toBeLessThan(0.25);
  expect((statuses.get(200) ?? 0) / REQUESTS).toBeGreaterThan(0.2);
  expect((await getJson<{ status: number }>(`${server.url}/api/health`).catch((error: Error) => error)) instanceof Error).toBe(
    true,
  );
}
