/** A disk that fills up and is freed under a running server, and a start on a full disk. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually, getJson, startServer } from "../helpers/server";

let disk: string;

beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), "hostscope-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=48m", "tmpfs", disk], { stdio: "pipe" });
  } catch (error) {
    rmSync(disk, { recursive: true, force: true });
    throw new Error(`this test mounts a small file system and so must run as root: ${String(error)}`);
  }
});

afterEach(() => {
  execFileSync("umount", ["-l", disk]);
  rmSync(disk, { recursive: true, force: true });
});

interface Health {
  status: string;
  checks: { name: string; status: string; detail: string }[];
}

const filler = () => join(disk, "filler");

/** Fills the disk to the last byte. */
function fill(): void {
  const file = openSync(filler(), "a");
  for (const size of [1 << 20, 1 << 16, 4096, 1]) {
    const bytes = Buffer.alloc(size);
    try {
      for (let round = 0; round < 10_000; round++) writeSync(file, bytes);
    } catch {
      // No room for this size; try a smaller one.
    }
  }
  closeSync(file);
}

const storageOf = async (url: string) =>
  (await getJson<Health>(`${url}/api/health`)).checks.find(({ name }) => name === "storage");
const tickOf = async (url: string) =>
  Date.parse((await getJson<{ timestamp: string }>(`${url}/api/metrics/current`)).timestamp ?? "");

function loggedTicks(dataDir: string): number[] {
  const database = new Database(join(dataDir, "hostscope.db"), { readonly: true });
  const ticks = database.prepare("SELECT at FROM sample_log ORDER BY at").pluck().all() as number[];
  expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
  database.close();
  return ticks;
}

test("filled and freed five times: live all the time, back by itself within 10 s, and the history has no gap", async () => {
  const dataDir = join(disk, "data");
  mkdirSync(dataDir);
  await using server = await startServer({ env: { HOSTSCOPE_DATA_DIR: dataDir } });
  await eventually(async () => Number.isFinite(await tickOf(server.url)));
  const back: number[] = [];
  for (let round = 0; round < 5; round++) {
    fill();
    await eventually(async () => (await storageOf(server.url))?.status === "degraded");
    const before = await tickOf(server.url);
    await eventually(async () => (await tickOf(server.url)) >= before + 8000, 12_000);
    rmSync(filler());
    const freed = performance.now();
    const seen = await tickOf(server.url);
    await eventually(async () => {
      const health = await getJson<Health>(`${server.url}/api/health`);
      return health.status === "ok" && (loggedTicks(dataDir).at(-1) ?? 0) > seen;
    }, 10_000);
    back.push(Math.round(performance.now() - freed));
  }
  const ticks = loggedTicks(dataDir);
  const steps = ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0));
  console.log(`written again after ${back.join(", ")} ms; ${ticks.length} ticks, steps ${[...new Set(steps)].join(", ")} ms`);
  expect(steps.filter((step) => step > 1000)).toEqual([]);
  expect(Math.max(...back)).toBeLessThan(10_000);
});

test("a server that was stopped starts on a full disk, shows what is live, and writes it when there is room", async () => {
  const dataDir = join(disk, "data");
  mkdirSync(dataDir);
  const env = { HOSTSCOPE_DATA_DIR: dataDir };
  const first = await startServer({ env });
  await eventually(async () => Number.isFinite(await tickOf(first.url)));
  expect(await first.kill("SIGTERM")).toBe(0);
  fill();
  await using again = await startServer({ env, folder: first.folder });
  await eventually(async () => Number.isFinite(await tickOf(again.url)));
  const begun = await tickOf(again.url);
  expect((await storageOf(again.url))?.status).toBe("degraded");
  await eventually(async () => (await tickOf(again.url)) >= begun + 4000);
  rmSync(filler());
  await eventually(async () => (await storageOf(again.url))?.status === "ok");
  await eventually(async () => loggedTicks(dataDir).filter((tick) => tick >= begun).length >= 5);
});
