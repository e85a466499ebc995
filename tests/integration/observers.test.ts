/** Names of containers and failed units, from an engine's socket and a system bus in a host's root of their own. */
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEngine } from "../helpers/engine";
import { eventually, getJson, type StartedServer, startServer, temporaryFolder } from "../helpers/server";
import { FAILED, startSystemdBus } from "../helpers/systemd-bus";

const RECORDED = resolve("tests/fixtures/hosts/constructed/cgroup-v2-containers");
const root = temporaryFolder();
const open: AsyncDisposable[] = [];
let server: StartedServer;
let engine: Awaited<ReturnType<typeof startEngine>>;

/** Disposed of after all tests, the last one first. */
function kept<Part extends AsyncDisposable>(part: Part): Part {
  open.unshift(part);
  return part;
}

beforeAll(async () => {
  for (const name of ["proc", "sys"]) symlinkSync(join(RECORDED, name), join(root, name));
  mkdirSync(join(root, "run/systemd/system"), { recursive: true });
  engine = kept(
    await startEngine(join(root, "run/docker.sock"), [
      {
        Id: "3f2a91c07d44".padEnd(64, "0"),
        Names: ["/shop-web-1"],
        Image: "nginx:1.27",
        Status: "Up 3 hours (unhealthy)",
        Labels: { "com.docker.compose.project": "shop" },
        RestartCount: 2,
      },
      {
        Id: "c0ffee000001".padEnd(64, "0"),
        Names: ["/nightly"],
        Image: "backup:3",
        State: "exited",
        Status: "Exited (137) 2 hours ago",
      },
    ]),
  );
  kept(await startSystemdBus(join(root, "run/dbus/system_bus_socket")));
  server = kept(await startServer({ env: { HOSTSCOPE_HOST_ROOT: root } }));
});

afterAll(async () => {
  for (const part of open) await part[Symbol.asyncDispose]();
  rmSync(root, { recursive: true, force: true });
});

test("a container has its name in the API, as an attribute of its series, of its processes and in /metrics", async () => {
  await eventually(async () => {
    const { containers } = await getJson<{ containers: { name: string; usage: object | null }[] }>(
      `${server.url}/api/containers`,
    );
    return containers.some(({ name, usage }) => name === "shop-web-1" && usage !== null);
  });
  interface Current {
    metrics: { labels: Record<string, string>; attributes?: Record<string, string> }[];
  }
  // What is asked while somebody looks knows it before the list that is read each minute.
  const named = await eventually(async () => {
    const { metrics } = await getJson<Current>(`${server.url}/api/metrics/current`);
    const found = metrics.filter(({ labels }) => labels["container.id"] === "3f2a91c07d44");
    return found.length > 0 && found.every(({ attributes }) => attributes !== undefined) && found;
  });
  for (const { labels, attributes } of named) {
    expect(attributes).toEqual({ "container.name": "shop-web-1" });
    expect(labels).not.toHaveProperty("container.name");
  }
  const { processes } = await getJson<{ processes: { group: string; container: string | null }[] }>(
    `${server.url}/api/processes`,
  );
  expect(processes.find(({ group }) => group === "docker 3f2a91c07d44")?.container).toBe("shop-web-1");
  expect(processes.find(({ group }) => group === "docker.service")?.container).toBeNull();
  const text = await (await fetch(`${server.url}/metrics`)).text();
  expect(text).toMatch(/^hostscope_container_info\{container_id="3f2a91c07d44",container_name="shop-web-1",.*\} 1$/m);
  // The one that had exited before was never seen to run: it has no history that a name would be needed for.
  expect(text).not.toContain("c0ffee000001");
});

test("containers have their state, restarts and what they use; the engine is asked for more only while somebody looks", async () => {
  interface Row {
    name: string;
    state: string | null;
    usage: { memoryBytes: number | null; memoryLimit: number | null } | null;
  }
  const { containers } = await eventually(async () => {
    const answer = await getJson<{ containers: Row[] }>(`${server.url}/api/containers?present=1`);
    return answer.containers.some(({ usage }) => usage?.memoryBytes) && answer;
  });
  expect(containers.find(({ name }) => name === "shop-web-1")).toMatchObject({
    id: "3f2a91c07d44",
    image: "nginx:1.27",
    project: "shop",
    health: "unhealthy",
    runtime: "docker",
    group: "docker 3f2a91c07d44",
    state: "running",
    restarts: 2,
    usage: { memoryBytes: 159_383_552, memoryLimit: 268_435_456, cpuLimit: 1.5, tasks: 9 },
  });
  expect(containers.find(({ name }) => name === "nightly")).toMatchObject({ state: "exited", exitCode: 137, usage: null });
  // A container that the engine does not list, such as one of containerd, is shown by its id.
  expect(containers.find(({ name }) => name === "77c04ab1e9d2")).toMatchObject({ state: "running", runtime: "containerd" });
  expect(
    engine.asked.filter((asked) => !/^GET \/containers\/(json(\?all=true&limit=\d+)?|[0-9a-f]{12}\/json)$/.test(asked)),
  ).toEqual([]);
});

test("failed units are a table, a series each and their number", async () => {
  const { units } = await eventually(async () => {
    const answer = await getJson<{ units: object[] }>(`${server.url}/api/units/failed`);
    return answer.units.length > 0 && answer;
  });
  expect(units).toEqual([
    {
      unit: FAILED[0].unit,
      name: "backup@a-b.service",
      description: "Backup of a-b",
      result: "exit-code",
      since: new Date(1_790_000_000_000).toISOString(),
    },
    { unit: "srv.mount", name: "srv.mount", description: "/srv", result: "timeout", since: null },
  ]);
  interface Current {
    metrics: { metric: string; labels: Record<string, string>; value: number }[];
  }
  const failed = await eventually(async () => {
    const { metrics } = await getJson<Current>(`${server.url}/api/metrics/current`);
    const found = metrics.filter(({ metric }) => metric === "systemd.unit.failed");
    return found.length > 0 && found;
  });
  expect(failed.map(({ labels, value }) => [labels["systemd.unit"] ?? "all", value]).sort()).toEqual(
    [
      ["all", 2],
      [FAILED[0].unit, 1],
      ["srv.mount", 1],
    ].sort(),
  );
});
