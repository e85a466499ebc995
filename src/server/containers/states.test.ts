import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startEngine } from "../../../tests/helpers/engine";
import { ContainerStates } from "./states";

const WEB = "3f2a91c07d44";
const JOB = "b81dd0f95c3e";
const full = (id: string) => id.padEnd(64, "0");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostscope-states-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("states and restarts are asked for in one look, however many ask", async () => {
  const socket = join(folder, "docker.sock");
  await using engine = await startEngine(socket, [
    { Id: full(WEB), Names: ["/web"], Image: "nginx", Status: "Up 3 hours (healthy)", RestartCount: 4 },
    { Id: full(JOB), Names: ["/job"], Image: "backup", State: "exited", Status: "Exited (137) 2 hours ago" },
  ]);
  const states = new ContainerStates({ sockets: () => [socket], podLogs: null });
  const [first, second] = await Promise.all([states.read(), states.read()]);
  expect(second).toBe(first);
  expect(first.states.map(({ name, state, health, exitCode }) => [name, state, health, exitCode])).toEqual([
    ["web", "running", "healthy", null],
    ["job", "exited", null, 137],
  ]);
  expect([...first.restarts]).toEqual([[WEB, 4]]);
  expect(engine.asked.filter((url) => url.includes("all=true"))).toHaveLength(1);
  expect(engine.asked.every((url) => url.startsWith("GET "))).toBe(true);
});

test("an engine that is not there has no containers", async () => {
  const states = new ContainerStates({ sockets: () => [join(folder, "none.sock")], podLogs: null });
  expect(await states.read()).toEqual({ states: [], restarts: new Map() });
});

test("the number of its log says how often a container of a pod was started again", async () => {
  const logs = join(folder, "containers");
  mkdirSync(logs);
  symlinkSync("/var/log/pods/shop_cart-7d9f4_1a2b/app/3.log", join(logs, `cart-7d9f4_shop_app-${full(WEB)}.log`));
  const states = new ContainerStates({ sockets: () => [], podLogs: logs });
  expect([...(await states.read()).restarts]).toEqual([[WEB, 3]]);
});
