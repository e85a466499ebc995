import { expect, test } from "vitest";
import { BUILT_IN_METRICS } from "./metric";
import { titleOfMetric } from "./metric-titles";

test("every built-in metric has a title of its own", () => {
  const titles = BUILT_IN_METRICS.map(({ metric }) => titleOfMetric(metric).title);
  expect(titles.filter((title) => title.includes("."))).toEqual([]);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

test("what a high value means is a sentence", () => {
  const meanings = BUILT_IN_METRICS.flatMap(({ metric }) => titleOfMetric(metric).high ?? []);
  expect(meanings.length).toBeGreaterThan(100);
  expect(meanings.filter((text) => !/^[A-Z\d].*\.$/.test(text))).toEqual([]);
});

test("a metric that somebody else has defined keeps its name", () => {
  expect(titleOfMetric("shop.orders")).toEqual({ title: "shop.orders", high: null });
});
