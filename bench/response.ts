/** Waiting times: a server's start and stop, a command, a report, a command that hangs. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { deriveFrame } from "../src/domain/derive";
import { commandSource } from "../src/server/collectors/custom/command";
import { buildBusy } from "../tests/helpers/busy-hour";
import { eventually, folderEnvironment, getJson, startServer, temporaryFolder } from "../tests/helpers/server";
import { atMost, table, writeResult } from "./results";

const RUNS = 5;
const COMMAND_RUNS = 20;
const FILESYSTEMS = 2000;
const HOUR_MS = 3_600_000;
const HANG_TIMEOUT_MS = 700;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Starts on an empty folder, waits for the first sample, and stops by SIGTERM with a viewer connected. */
async function life(): Promise<{ health: number; sample: number; stop: number }> {
  const started = performance.now();
  await using server = await startServer();
  await getJson(`${server.url}/api/health`);
  const health = performance.now() - started;
  await eventually(async () => (await getJson<{ timestamp: string | null }>(`${server.url}/api/metrics/current`)).timestamp);
  const sample = performance.now() - started;
  const viewer = await fetch(`${server.url}/api/stream`);
  const stop = await timed(() => server.kill("SIGTERM"));
  await viewer.body?.cancel().catch(() => {});
  return { health, sample, stop };
}

/** The fastest of some runs: what the command takes when nothing else needs the processor. */
function leastOf(args: readonly string[], env: Record<string, string> = {}): number {
  return Math.min(
    ...Array.from({ length: COMMAND_RUNS }, () => {
      const started = performance.now();
      const { status, stderr } = spawnSync("bin/hostscope.mjs", args, { env: { ...process.env, ...env }, encoding: "utf8" });
      if (status !== 0) throw new Error(`hostscope ${args.join(" ")} ended with ${status}: ${stderr}`);
      return performance.now() - started;
    }),
  );
}

/** Time for a report after six other clients have cancelled theirs. */
async function reportAfterLeaving(url: string): Promise<number> {
  const leaving = new AbortController();
  const left = Array.from({ length: 6 }, () =>
    fetch(`${url}/api/export/report?format=pdf&hours=1`, { signal: leaving.signal }).catch(() => null),
  );
  await new Promise((resolve) => setImmediate(resolve));
  leaving.abort();
  await Promise.all(left);
  return timed(async () => (await fetch(`${url}/api/export/report?format=json&hours=1`)).arrayBuffer());
}

/** Time until a program that ignores SIGTERM yields an error. */
function hanging(): Promise<number> {
  const script = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
  const source = commandSource({ argv: [process.execPath, "-e", script], output: "number", pointer: "" });
  return timed(() => source(AbortSignal.timeout(HANG_TIMEOUT_MS)).catch(() => null));
}

/** Time for the first frame of a layout with very many filesystems. */
function firstFrame(): Promise<number> {
  const series = Array.from({ length: FILESYSTEMS }, (_, mount) =>
    ["used", "free", "reserved"].map((state) => ({
      metric: "system.filesystem.usage",
      labels: { "system.filesystem.mountpoint": `/mnt/${mount}`, "system.filesystem.state": state },
    })),
  ).flat();
  return timed(async () => deriveFrame(undefined, { at: 1000, series, values: new Float64Array(series.length).fill(30) }));
}

/** Time for what was different in an hour of a thousand processes, with the four hours before it, all of it on disk. Least of three. */
async function explanation(): Promise<number> {
  const folder = temporaryFolder();
  const to = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 24 * HOUR_MS;
  await buildBusy(join(folder, "data"), { start: to - 5 * HOUR_MS, seconds: (5 * HOUR_MS) / 1000, sealed: true }, async () => {});
  await using server = await startServer({ folder });
  const path = `/api/explain?from=${new Date(to - HOUR_MS).toISOString()}&to=${new Date(to).toISOString()}`;
  const times: number[] = [];
  for (let run = 0; run < 3; run++) times.push(await timed(() => getJson(`${server.url}${path}`)));
  return Math.min(...times);
}

const lives = [];
for (let run = 0; run < RUNS; run++) lives.push(await life());
await using server = await startServer();
await eventually(async () => (await getJson<{ timestamp: string | null }>(`${server.url}/api/metrics/current`)).timestamp);
const status = leastOf(["status"], { ...folderEnvironment(server.folder), HOSTSCOPE_URL: server.url });
const rows: [string, number, number][] = [
  [`from the start to an answer of health, median of ${RUNS}`, median(lives.map(({ health }) => health)), 5000],
  ["from the start to the first sample", median(lives.map(({ sample }) => sample)), 7000],
  ["from SIGTERM to the end, with a viewer", median(lives.map(({ stop }) => stop)), 3000],
  [`hostscope version, least of ${COMMAND_RUNS}`, leastOf(["version"]), 150],
  [`hostscope status, least of ${COMMAND_RUNS}`, status, 400],
  ["a JSON report after six clients left theirs", await reportAfterLeaving(server.url), 20_000],
  [`a program that hangs, with a timeout of ${HANG_TIMEOUT_MS} ms`, await hanging(), 2000],
  ["an explanation of an hour with 1,000 processes", await explanation(), 300],
  [`the first frame of ${FILESYSTEMS} filesystems`, await firstFrame(), 1000],
];
writeResult(
  "Waiting",
  table(
    ["what", "ms", "budget"],
    rows.map(([what, measured, budget]) => [what, atMost(what, measured, budget), budget]),
  ),
);
