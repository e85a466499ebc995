import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { eventually, folderEnvironment, getJson, startServer } from "../helpers/server";

/** The best of some runs: what the command takes when nothing else wants the processor. */
function bestOf(runs: number, args: readonly string[], env: Record<string, string> = {}): number {
  const times = Array.from({ length: runs }, () => {
    const started = performance.now();
    const { status, stderr } = spawnSync("bin/hostscope.mjs", args, { env: { ...process.env, ...env }, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    return performance.now() - started;
  });
  return Math.min(...times);
}

test("version starts within 150 ms, status answers within 400 ms", async () => {
  await using server = await startServer();
  await eventually(async () => (await getJson<{ timestamp: string | null }>(`${server.url}/api/metrics/current`)).timestamp);
  expect(bestOf(20, ["version"])).toBeLessThan(150);
  expect(bestOf(20, ["status"], { ...folderEnvironment(server.folder), HOSTSCOPE_URL: server.url })).toBeLessThan(400);
});
