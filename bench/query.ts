/** Query time of a chart: ours, Prometheus and VictoriaMetrics in one run, and an answer of the same size without a query. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRecording } from "../scripts/recording";
import { addDaysBefore, buildDay, DAYS, onlySeries } from "./day";
import { buildPrometheus, PROMETHEUS_PORT, startPrometheus, startVictoria, VICTORIA_PORT } from "./peers";
import { atMost, table, writeResult } from "./results";

const START = Date.UTC(2026, 10, 21);
const DAY_SECONDS = 86_400;
const ROUNDS = 200;
/** Requests until each program has compiled its hot code. */
const WARM_UP = 60;
const METRIC = "system.memory.linux.available";
const PEER_METRIC = METRIC.replaceAll(".", "_");

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function fetchBytes(url: string): Promise<{ ms: number; bytes: number }> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let bytes = 0;
      if (response.statusCode !== 200) reject(new Error(`${url} answers ${response.statusCode}`));
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.on("end", () => resolve({ ms: performance.now() - began, bytes }));
    }).on("error", reject);
  });
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Asks the contenders in turn, so that all see the same machine. Each round starts with another one, because a second request to
 * the same program finds it warm. A contender with several addresses asks them one after another.
 */
async function rounds(contenders: Record<string, readonly string[]>): Promise<Record<string, { ms: number; bytes: number }>> {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, { ms: [] as number[], bytes: 0 }]));
  const names = Object.entries(contenders);
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const first = (round + WARM_UP) % names.length;
    for (const [name, urls] of [...names.slice(first), ...names.slice(0, first)]) {
      let ms = 0;
      let bytes = 0;
      for (const url of urls) {
        const one = await fetchBytes(url);
        ms += one.ms;
        bytes += one.bytes;
      }
      const found = times[name];
      if (round >= 0 && found) {
        found.ms.push(ms);
        found.bytes = bytes;
      }
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, { ms, bytes }]) => [name, { ms: median(ms), bytes }]));
}

const folder = mkdtempSync(join(tmpdir(), "hostscope-query-"));
const children: { kill(signal: NodeJS.Signals): boolean }[] = [];
try {
  // A query reads only the group of its series, so other stored series do not matter.
  const recording = onlySeries(
    readRecording(),
    (metric) => metric.startsWith("system.memory.") || metric === "hostscope.sample.interval",
  );
  const day = await buildDay(folder, START, DAY_SECONDS, recording);
  addDaysBefore(day, DAYS);
  const prometheus = await startPrometheus(await buildPrometheus(day, folder), folder);
  const { child: victoria } = await startVictoria(day, folder);
  const ours = spawn("node_modules/.bin/tsx", ["bench/query-server.ts", day.path, String(day.end)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(prometheus, victoria, ours);
  const port = await new Promise<number>((resolve, reject) => {
    ours.stdout.on("data", (text) => resolve(Number(/listening (\d+)/.exec(String(text))?.[1])));
    ours.on("exit", () => reject(new Error("the query server ended")));
  });
  const us = (kind: "query" | "same" | "bytes", from: number, points: number) =>
    `http://127.0.0.1:${port}/${kind}?name=${METRIC}&from=${from}&to=${day.end}&points=${points}`;
  const promQl = (peer: number, query: string, from: number, step: number) =>
    `http://127.0.0.1:${peer}/api/v1/query_range?query=${encodeURIComponent(query)}&start=${from / 1000 + step}&end=${day.end / 1000}&step=${step}&nocache=1`;
  const rows: (string | number)[][] = [];
  const cases = [
    { name: "24 h at 1 s to 720 points", hours: 24, points: 720, step: 120, metric: PEER_METRIC },
    { name: "30 d to 720 points", hours: 24 * DAYS, points: 720, step: 3600, metric: "thirty_days" },
  ];
  for (const { name, hours, points, step, metric } of cases) {
    const from = day.end - hours * 3_600_000;
    const three = ["avg", "min", "max"].map((one) =>
      promQl(PROMETHEUS_PORT, `${one}_over_time(${metric}[${step}s])`, from, step),
    );
    const found = await rounds({
      query: [us("query", from, points)],
      prometheus: three,
      same: [us("same", from, points)],
      victoria: [promQl(VICTORIA_PORT, `rollup(${metric}[${step}s])`, from, step)],
      bytes: [us("bytes", from, points)],
    });
    rows.push(rowOf(`${name}, min and max`, found));
  }
  const hour = day.end - 3_600_000;
  const raw = await rounds({
    query: [us("query", hour, 3600)],
    prometheus: [promQl(PROMETHEUS_PORT, PEER_METRIC, hour, 1)],
    same: [us("same", hour, 3600)],
    victoria: [promQl(VICTORIA_PORT, PEER_METRIC, hour, 1)],
    bytes: [us("bytes", hour, 3600)],
  });
  rows.push(rowOf("1 h of seconds", raw));
  writeResult(
    "Query of one series",
    [
      `Median wall time of ${ROUNDS} interleaved rounds over one connection, in ms. Prometheus needs three queries for what is one answer here; its ${DAYS} days and VictoriaMetrics' are one value a minute. Budgets for 24 h: 1.3 times the same answer without a query, a fifth of Prometheus.`,
      "",
      table(
        [
          ...["range", "Hostscope", "same answer, no query", "ratio", "its bytes alone", "ratio"],
          ...["VictoriaMetrics", "Prometheus", "Prometheus to ours"],
        ],
        rows,
      ),
    ].join("\n"),
  );
} finally {
  for (const child of children) child.kill("SIGTERM");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  rmSync(folder, { recursive: true, force: true });
}

function rowOf(
  name: string,
  { query, same, bytes, prometheus, victoria }: Record<string, { ms: number; bytes: number }>,
): (string | number)[] {
  const ms = (one: { ms: number } | undefined) => (one?.ms ?? Number.NaN).toFixed(2);
  const ratio = (a: { ms: number } | undefined, b: { ms: number } | undefined) =>
    ((a?.ms ?? Number.NaN) / (b?.ms ?? Number.NaN)).toFixed(2);
  const ours = [ms(query), ms(same), ratio(query, same), ms(bytes), ratio(query, bytes)];
  if (name.startsWith("24 h")) {
    ours[2] = atMost(`${name}, to the same answer without a query`, Number(ratio(query, same)), 1.3, 2);
    atMost(`${name}, to Prometheus`, Number(ratio(query, prometheus)), 0.2, 2);
  }
  return [name, ...ours, ms(victoria), ms(prometheus), ratio(prometheus, query)];
}
