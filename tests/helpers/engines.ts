/** The real engines, from Debian's packages, on free ports of loopback. */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type Server } from "node:http";
import { join } from "node:path";
import { ensurePrograms } from "./debian";
import { freePort } from "./free-port";
import { eventually } from "./server";

export interface RunningEngine {
  url: string;
  writeUrl: string;
  pid(): number;
  /** As kill -9. */
  kill(): Promise<void>;
  start(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Program {
  program: string;
  args: (port: number, folder: string) => string[];
  ready: string;
  write: string;
}

const VICTORIA_METRICS: Program = {
  program: "victoria-metrics",
  args: (port, folder) => [
    `-httpListenAddr=127.0.0.1:${port}`,
    `-storageDataPath=${folder}/victoria-metrics`,
    "-retentionPeriod=10y",
    "-dedup.minScrapeInterval=1ms",
    "-memory.allowedBytes=512MB",
  ],
  ready: "/health",
  write: "/api/v1/write",
};

const PROMETHEUS: Program = {
  program: "prometheus",
  args: (port, folder) => [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${folder}/prometheus`,
    "--storage.tsdb.retention.time=10y",
    `--web.listen-address=127.0.0.1:${port}`,
    "--web.enable-remote-write-receiver",
  ],
  ready: "/-/ready",
  write: "/api/v1/write",
};

async function startProgram({ program, args, ready, write }: Program, folder: string): Promise<RunningEngine> {
  ensurePrograms(program);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const start = async () => {
    const running = spawn(program, args(port, folder), { stdio: "ignore" });
    child = running;
    ended = new Promise((resolve) => running.on("exit", resolve));
    await eventually(async () => (await fetch(url + ready)).ok);
  };
  const kill = async () => {
    child?.kill("SIGKILL");
    await ended;
  };
  await start();
  return { url, writeUrl: url + write, pid: () => child?.pid ?? 0, kill, start, [Symbol.asyncDispose]: kill };
}

export const startVictoriaMetrics = (folder: string) => startProgram(VICTORIA_METRICS, folder);

export function startPrometheus(folder: string): Promise<RunningEngine> {
  writeFileSync(join(folder, "prometheus.yml"), "global: {}\n");
  return startProgram(PROMETHEUS, folder);
}

/** Stands between a machine and an engine, and keeps what passed. */
export interface Relay {
  url: string;
  /** Bodies that the engine accepted. */
  accepted: Buffer[];
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startRelay(target: string): Promise<Relay> {
  const accepted: Buffer[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const { host: _host, ...headers } = request.headers;
      const passed = httpRequest(target, { method: request.method ?? "POST", headers }, (answer) => {
        if ((answer.statusCode ?? 500) < 300) accepted.push(body);
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      passed.on("error", () => response.destroy());
      passed.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/api/v1/write`,
    accepted,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export interface StoredSeries {
  labels: Record<string, string>;
  points: { at: number; value: number }[];
}

/** Everything that an engine has of a machine in (from, to], name by name: the samples themselves. */
export async function storedSamples(
  url: string,
  machine: string,
  { from, to }: { from: number; to: number },
): Promise<StoredSeries[]> {
  const ask = async (path: string, parameters: Record<string, string>) => {
    const response = await fetch(`${url}${path}?${new URLSearchParams(parameters)}`);
    const answer = (await response.json()) as { status: string; data: unknown };
    if (answer.status !== "success") throw new Error(`${path}: ${JSON.stringify(answer).slice(0, 300)}`);
    return answer.data;
  };
  const selector = `{instance="${machine}"}`;
  const names = (await ask("/api/v1/label/__name__/values", {
    "match[]": selector,
    start: String(from / 1000),
    end: String(to / 1000),
  })) as string[];
  const found: StoredSeries[] = [];
  const HOUR_MS = 3_600_000;
  for (const name of names) {
    const byLabels = new Map<string, StoredSeries>();
    for (let end = to; end > from; end -= 6 * HOUR_MS) {
      const window = Math.min(6 * HOUR_MS, end - from);
      const { result } = (await ask("/api/v1/query", {
        query: `${name}${selector}[${window}ms]`,
        time: String(end / 1000),
        nocache: "1",
      })) as { result: { metric: Record<string, string>; values: [number, string][] }[] };
      for (const { metric, values } of result) {
        const key = JSON.stringify(Object.entries(metric).sort());
        const known = byLabels.get(key) ?? { labels: metric, points: [] };
        byLabels.set(key, known);
        for (const [seconds, value] of values) known.points.push({ at: Math.round(seconds * 1000), value: Number(value) });
      }
    }
    found.push(...byLabels.values());
  }
  for (const one of found) one.points.sort((a, b) => a.at - b.at);
  return found;
}
