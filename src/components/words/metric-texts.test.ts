import { expect, test } from "vitest";
import { BUILT_IN_METRICS } from "~/domain/metric";
import { titleOfMetric } from "~/domain/metric-titles";
import { metrics } from "./de/metrics";
import { loadMetricTexts } from "./metric-texts";

const entryOf = (metric: string, help = "Help.") => ({ metric, help, ...titleOfMetric(metric) });

test("German has every metric of the catalogue, and no other", () => {
  expect(Object.keys(metrics).toSorted()).toEqual(BUILT_IN_METRICS.map(({ metric }) => metric).toSorted());
});

test("German titles are each of one metric, and say what is high where English does", () => {
  const titles = Object.values(metrics).map(([title]) => title);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  const missing = Object.entries(metrics).filter(
    ([metric, [, , high]]) => titleOfMetric(metric).high !== null && high === undefined,
  );
  expect(missing.map(([metric]) => metric)).toEqual([]);
});

test("each language says a built-in metric its own way, and a user's metric keeps its name", async () => {
  const [english, german, marked] = await Promise.all([loadMetricTexts("en"), loadMetricTexts("de"), loadMetricTexts("en-XA")]);
  const disk = entryOf("system.disk.await");
  expect(english(disk).title).toBe("Disk latency");
  expect(german(disk)).toMatchObject({ title: "Datenträgerlatenz", help: "Mittlere Dauer einer Operation nach Richtung." });
  expect(marked(disk).title).toMatch(/^\[.*\]$/);
  for (const translate of [german, marked]) expect(translate(entryOf("shop.orders")).title).toBe("shop.orders");
});
