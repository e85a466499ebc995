import { expect, test } from "vitest";
import { BUILT_IN_METRICS } from "~/domain/metric";
import { MetricCatalogue } from "./metric-catalogue";

test("a custom metric is known to its own catalogue alone, and neither it nor a built-in one is defined anew", () => {
  const catalogue = new MetricCatalogue();
  catalogue.defineCustom({ metric: "shop.orders", unit: "{order}", kind: "counter" });
  catalogue.defineCustom({ metric: "shop.orders", unit: "1", kind: "gauge" });
  catalogue.defineCustom({ metric: "system.cpu.time", unit: "1", kind: "gauge" });
  expect(catalogue.definitionOf("shop.orders")).toMatchObject({ unit: "{order}", kind: "counter" });
  expect(catalogue.definitionOf("system.cpu.time")).toMatchObject({ unit: "s", kind: "counter" });
  expect(catalogue.all()).toHaveLength(BUILT_IN_METRICS.length + 1);
  expect(new MetricCatalogue().definitionOf("shop.orders")).toBeUndefined();
});
