import { expect, test } from "vitest";
import type { ContainerFacts, ContainerState } from "./container";
import { containerRows } from "./container-usage";

const fact = (id: string, name: string): ContainerFacts => ({
  id,
  name,
  image: "nginx:1.27",
  project: null,
  pod: null,
  health: null,
  seenAt: 1,
});
const state = (id: string, name: string, change: Partial<ContainerState>): ContainerState => ({
  id,
  name,
  image: "nginx:1.27",
  project: null,
  health: null,
  state: "running",
  exitCode: null,
  ...change,
});
const reading = (id: string, metric: string, more: Record<string, string> = {}) => ({
  metric: `container.${metric}`,
  labels: { "container.id": id, "container.runtime": "docker", ...more },
});

test("what a container uses comes from its control group, the rest from who runs it", () => {
  const series = [
    reading("aaa", "cpu.time"),
    reading("aaa", "cpu.throttled.time"),
    reading("aaa", "memory.limit"),
    reading("aaa", "disk.io", { "disk.io.direction": "write" }),
    reading("aaa", "task.limit"),
  ];
  const rows = containerRows({
    facts: [fact("old", "gone"), fact("aaa", "web")],
    states: [state("aaa", "web", { health: "unhealthy" }), state("bbb", "job", { state: "exited", exitCode: 1 })],
    restarts: new Map([["aaa", 2]]),
    readings: { series, values: [1.5, 0.25, Number.NaN, 4096, 512] },
  });
  expect(rows.map(({ name, state: now, group }) => [name, now, group])).toEqual([
    ["web", "running", "docker aaa"],
    ["job", "exited", null],
    ["gone", null, null],
  ]);
  expect(rows[0]).toMatchObject({
    health: "unhealthy",
    restarts: 2,
    usage: { cpu: 1.5, throttled: 0.25, memoryLimit: null, memoryBytes: null, writeBytesPerSecond: 4096 },
  });
  expect(rows[1]).toMatchObject({ exitCode: 1, usage: null });
});

test("a container without an id goes by its name, and one that nobody names by its id", () => {
  const labels = { "container.name": "mail", "container.runtime": "lxc" };
  const rows = containerRows({
    facts: [],
    states: [],
    restarts: new Map(),
    readings: { series: [{ metric: "container.cpu.time", labels }, reading("ccc", "cpu.time")], values: [0.5, 0] },
  });
  expect(rows.map(({ id, name, runtime, group, state: now }) => [id, name, runtime, group, now])).toEqual([
    ["ccc", "ccc", "docker", "docker ccc", "running"],
    ["mail", "mail", "lxc", "lxc mail", "running"],
  ]);
});

test("series of other metrics with a container's labels make no container", () => {
  const pushed = { metric: "app.jobs", labels: { "container.id": "ddd" } };
  expect(containerRows({ facts: [], states: [], restarts: new Map(), readings: { series: [pushed], values: [1] } })).toEqual([]);
});
