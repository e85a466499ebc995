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
