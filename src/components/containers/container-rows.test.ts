import { expect, test } from "vitest";
import type { ContainerRow } from "~/domain/container-usage";
import { nextOrder, readOrder, shownContainers, writeOrder } from "./container-rows";

const container = (name: string, change: Partial<ContainerRow> = {}): ContainerRow => ({
  id: name,
  name,
  image: "nginx:1.27",
  project: null,
  pod: null,
  health: null,
  runtime: "docker",
  group: `docker ${name}`,
  state: "running",
  exitCode: null,
  restarts: null,
  usage: null,
  ...change,
});
const rows = [
  container("web", { restarts: 1 }),
  container("job", { state: "exited", image: "backup:3" }),
  container("db", { restarts: 7, health: "unhealthy", project: "shop" }),
];
const names = (text: string, order: string) => shownContainers(rows, text, readOrder(order)).map(({ name }) => name);

test("rows are found by name, image, project, state and health, and every word must match", () => {
  expect(names("backup", "name.up")).toEqual(["job"]);
  expect(names("SHOP unhealthy", "name.up")).toEqual(["db"]);
  expect(names("running web", "name.up")).toEqual(["web"]);
  expect(names("running nothing", "name.up")).toEqual([]);
});

test("numbers begin with the largest, names with a; a second click turns the order round", () => {
  expect(names("", "restarts")).toEqual(["db", "web", "job"]);
  expect(names("", "name")).toEqual(["db", "job", "web"]);
  const first = nextOrder(readOrder("cpu.down"), "memory");
  expect([writeOrder(first), writeOrder(nextOrder(first, "memory"))]).toEqual(["memory.down", "memory.up"]);
  expect(readOrder("banana")).toEqual({ key: "cpu", down: true });
});

test("what is unhealthy comes first in the order of states", () => {
  expect(names("", "state")).toEqual(["db", "job", "web"]);
});
