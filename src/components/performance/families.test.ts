import { expect, test } from "vitest";
import { allFamilies } from "./families";
import { seriesOfFamily } from "./family-series";

const families = allFamilies([
  { metric: "container.memory.usage", unit: "By", kind: "gauge", help: "" },
  { metric: "queue_length", unit: "1", kind: "gauge", help: "" },
]);

test("what containers have no chart of their own for is theirs all the same, and a user's metric is custom", () => {
  const sectionOf = (metric: string) => families.find((one) => one.metric === metric)?.section;
  expect(sectionOf("container.memory.usage")).toBe("Containers");
  expect(sectionOf("container.cpu.time")).toBe("Containers");
  expect(sectionOf("systemd.service.cpu.time")).toBe("Services");
  expect(sectionOf("queue_length")).toBe("Custom");
});

test("a line is named as the process table names the container", () => {
  const cpu = families.find(({ metric }) => metric === "container.cpu.time");
  const line = (labels: Record<string, string>, value: number) => ({
    metric: "container.cpu.time",
    labels,
    unit: "1",
    values: [value],
    min: [value],
    max: [value],
  });
  const { series } = seriesOfFamily(cpu as NonNullable<typeof cpu>, [
    line({ "container.id": "3f2a91c07d44", "container.runtime": "docker" }, 0.2),
    line({ "container.name": "web", "container.runtime": "lxc" }, 0.7),
  ]);
  expect(series.map(({ label }) => label)).toEqual(["lxc web", "docker 3f2a91c07d44"]);
});

test("a container is called by its name, and by its id as well when two have had that name", () => {
  const family = allFamilies([{ metric: "container.task.count", unit: "{task}", kind: "gauge", help: "" }]).find(
    ({ metric }) => metric === "container.task.count",
  );
  const one = (id: string, name?: string) => ({
    metric: "container.task.count",
    labels: { "container.id": id, "container.runtime": "docker" },
    ...(name !== undefined && { attributes: { "container.name": name } }),
    unit: "{task}",
    values: [1],
  });
  const labelsOf = (...all: ReturnType<typeof one>[]) =>
    seriesOfFamily(family as NonNullable<typeof family>, all).series.map(({ label }) => label);
  expect(labelsOf(one("a1", "web"), one("b2"))).toEqual(["docker b2", "docker web"]);
  expect(labelsOf(one("a1", "web"), one("b2", "web"))).toEqual(["docker web (a1)", "docker web (b2)"]);
});
