/** Backup, restore and doctor beside a running server, and a start on a damaged database. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { eventually, folderEnvironment, getJson, runHostscope, startServer, temporaryFolder } from "../helpers/server";

interface Health {
  status: string;
  checks: { name: string; status: string; detail: string }[];
}

const ticksIn = (path: string) => {
  const database = new Database(path, { readonly: true });
  const ticks = database.prepare("SELECT at FROM sample_log ORDER BY at").pluck().all() as number[];
  database.close();
  return ticks;
};

test("a backup of a running server is put back after it stopped, and doctor finds nothing wrong", async () => {
  const server = await startServer();
  const env = folderEnvironment(server.folder);
  const path = join(server.dataDir, "hostscope.db");
  await eventually(async () => ticksIn(path).length >= 3);
  const copy = join(server.folder, "copy.db");
  expect(await runHostscope(["backup", copy], env)).toMatchObject({ code: 0, stdout: `${copy}\n` });
  const saved = ticksIn(copy);
  expect(saved.length).toBeGreaterThanOrEqual(3);

  const refused = await runHostscope(["restore", copy], env);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain(`pid ${server.pid}`);

  const well = await runHostscope(["doctor", "--json"], env);
  const { findings } = JSON.parse(well.stdout) as { findings: { check: string; status: string; detail: string }[] };
  expect(findings.filter(({ status }) => status === "failed")).toEqual([]);
  expect(findings.map(({ check }) => check)).toEqual(
    expect.arrayContaining(["database", "disk space", "server", "history size", "collectors"]),
  );

  await server.kill("SIGTERM");
  expect((await runHostscope(["restore", copy], env)).code).toBe(0);
  expect(ticksIn(path)).toEqual(saved);
  await using again = await startServer({ folder: server.folder });
  const { checks } = await getJson<Health>(`${again.url}/api/health`);
  // On a busy machine processes are read less closely, which health says.
  expect(checks.filter(({ name, status }) => status !== "ok" && name !== "cost")).toEqual([]);
});

test("a damaged database is kept aside, said loudly, and the server runs on a new one", async () => {
  const folder = temporaryFolder();
  const first = await startServer({ folder });
  await first.kill("SIGTERM");
  const path = join(first.dataDir, "hostscope.db");
  writeFileSync(path, readFileSync(path).fill(0x5a, 4096, 120_000));
  await using again = await startServer({ folder });
  expect(again.stderr()).toContain("the database was damaged");
  const { status, checks } = await getJson<Health>(`${again.url}/api/health`);
  expect(status).toBe("degraded");
  expect(checks.find(({ name }) => name === "database")?.detail).toContain("hostscope.db.damaged-");
  await eventually(async () => ticksIn(path).length >= 1);
});

test("what used most, the life of a process and the size of the history are there over REST", async () => {
  await using server = await startServer();
  const top = await eventually(async () => {
    const answer = await getJson<{
      processes: { pid: number; startedAt: string; cpuSeconds: number; peakMemoryBytes: number }[];
    }>(`${server.url}/api/processes/top?hours=1&sort=memory&limit=3`);
    return answer.processes.length === 3 ? answer : null;
  });
  const sizes = top.processes.map(({ peakMemoryBytes }) => peakMemoryBytes);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  const life = await getJson<{ pid: number; timestamps: number[]; series: { metric: string; values: (number | null)[] }[] }>(
    `${server.url}/api/processes/${server.pid}/history`,
  );
  expect(life.pid).toBe(server.pid);
  expect(life.series.find(({ metric }) => metric === "process.memory.usage")?.values.some((value) => (value ?? 0) > 1e6)).toBe(
    true,
  );
  const storage = await getJson<{ bytes: number; maxBytes: number; tiers: { name: string }[] }>(`${server.url}/api/storage`);
  expect(storage.bytes).toBeGreaterThan(0);
  expect(storage.tiers.map(({ name }) => name)).toContain("samples");
});
