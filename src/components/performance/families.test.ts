import { expect, test } from "vitest";
import { knownMetrics } from "~/domain/metric";
import { allFamilies, seriesOfFamily } from "./families";

test("every metric that changes has a chart, sizes and constants have none, and no title is there twice", () => {
  const families = allFamilies(knownMetrics());
  const metrics = families.map(({ metric }) => metric);
  expect(metrics).toContain("system.network.tcp.resets");
  expect(metrics).not.toContain("system.memory.limit");
  const titles = families.map(({ title }) => title);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

test("a user's own metric stands in its own section under its own name", () => {
  const [own] = allFamilies([{ metric: "queue_length", unit: "{job}", kind: "gauge", help: "" }]).filter(
    ({ section }) => section === "Custom",
  );
  expect(own).toMatchObject({ title: "queue_length", unit: "{job}" });
  expect(own?.name({ queue: "mail" })).toBe("mail");
});

test("the largest series are kept when there are too many, and the rest is counted", () => {
  const [family] = allFamilies([{ metric: "jobs", unit: "1", kind: "gauge", help: "" }]).filter(
    ({ metric }) => metric === "jobs",
  );
  if (!family) throw new Error("no family");
  const all = Array.from({ length: 9 }, (_, index) => ({
    metric: "jobs",
    labels: { n: `${index}` },
    unit: "1",
    values: [index],
  }));
  const { series, hidden } = seriesOfFamily(family, all);
  expect(series.map(({ label }) => label)).toEqual(["8", "7", "6", "5", "4", "3"]);
  expect(hidden).toBe(3);
});
