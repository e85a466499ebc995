/** 90 days of history and ten clients that ask for the dearest answers: samples, live data and the event loop do not notice. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { buildHistory } from "../helpers/long-history";
import { measuredLoop } from "../helpers/measured-loop";
import { getJson, startServer, temporaryFolder } from "../helpers/server";

const DAYS = 90;
const SECONDS = 180;
const CLIENTS = 10;
const LATE_MS = 100;
const LOOP_P99_MS = 50;
const ENOUGH_BYTES = 4_000_000;

const HOURS = DAYS * 24;
const RULE = {
  name: "tried",
  metric: "system.cpu.utilization",
  warning: 0.5,
};
const DEAREST: readonly { path: string; body?: unknown }[] = [
  { path: `/api/processes/top?hours=${HOURS}&limit=2000` },
  { path: `/api/processes/top?hours=${HOURS}&sort=io&limit=1000` },
  { path: `/api/metrics/history/system?hours=${HOURS}` },
  { path: `/api/metrics/history/processes?hours=${HOURS}` },
  { path: "/api/metrics/history/system?hours=160&points=2000" },
  { path: "/api/metrics/history/system?hours=0.5&step=1" },
  { path: "/api/processes/1/history?from=0" },
  { path: `/api/export/data?hours=${HOURS}&metric=all` },
  { path: "/api/export/data?hours=160&metric=processes" },
  { path: "/api/alerts/rules/backtest", body: { rule: RULE, hours: HOURS } },
];

/** Milliseconds between the moment of each live sample and its arrival, from the first one on until `end` is called. */
async function followLive(url: string): Promise<{ end: () => Promise<number[]> }> {
  const child = spawn(process.execPath, ["tests/helpers/live-delays.mjs", url], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (part) => (text += part));
  await once(child.stdout, "data");
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  return {
    async end() {
      child.kill("SIGTERM");
      await ended;
      return JSON.parse(text) as number[];
    },
  };
}

test("ninety days, ten clients asking for the dearest answers: every tick in time, the event loop free", async () => {
  const folder = temporaryFolder();
  const dataDir = join(folder, "data");
  mkdirSync(dataDir, { mode: 0o700 });
  await buildHistory(dataDir, Date.now(), DAYS);
  const loop = measuredLoop(folder);
  await using server = await startServer({
    ...loop.options,
    config: "security:\n  rate_limit: false\n",
  });
  // What is loaded with the first request of its kind is not what is measured.
  for (const { path, body } of DEAREST) await ask(server.url + path, body, AbortSignal.timeout(60_000));
  await sleep(2000);
  process.kill(server.pid, "SIGUSR2");
  const live = await followLive(server.url);
  const end = performance.now() + SECONDS * 1000;
  const answered = new Map<string, number[]>();
  const statuses = new Map<number, number>();
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (let turn = client; performance.now() < end; turn++) {
        const { path, body } = DEAREST[turn % DEAREST.length] as (typeof DEAREST)[number];
        const begun = performance.now();
        const status = await ask(server.url + path, body, AbortSignal.timeout(120_000));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status !== 200 && status !== 503) throw new Error(`${status} for ${path}`);
        if (status === 200) answered.set(path, [...(answered.get(path) ?? []), performance.now() - begun]);
        else await sleep(200);
      }
    }),
  );
  const delays = await live.end();
  const { p99, max } = loop.delay();
  const inTime = delays.filter((ms) => ms <= LATE_MS).length / delays.length;
  const { series } = await getJson<{ series: { values: (number | null)[] }[] }>(
    `${server.url}/api/metrics/history/hostscope.sample.missed?hours=1&agg=max`,
  );
  const missed = series[0]?.values.filter((value) => value !== null) ?? [];
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]?.toFixed(0);
  console.log(
    [
      `${delays.length} live samples, ${(100 * inTime).toFixed(1)} % within ${LATE_MS} ms, median ${median(delays)} ms; ticks missed ${Math.max(0, ...missed)}`,
      `loop delay p99 ${p99.toFixed(1)} ms, longest ${max.toFixed(0)} ms; statuses ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(", ")}`,
      ...[...answered].map(([path, times]) => `${times.length} x ${path}: median ${median(times)} ms`),
    ].join("\n"),
  );
  expect(delays.length).toBeGreaterThan(SECONDS * 0.95);
  expect(inTime).toBeGreaterThanOrEqual(0.99);
  expect(p99).toBeLessThan(LOOP_P99_MS);
  expect(answered.size).toBe(DEAREST.length);
});

async function ask(url: string, body: unknown, signal: AbortSignal): Promise<number> {
  const response = await fetch(url, {
    signal,
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    // A download is as long as the data is.
    if (bytes > ENOUGH_BYTES) break;
  }
  return response.status;
}
