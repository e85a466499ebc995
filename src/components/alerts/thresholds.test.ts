import { expect, test } from "vitest";
import { severityBeyond, thresholdsOf } from "./thresholds";

const rule = {
  metric: "system.disk.utilization",
  match: { "system.device": "nvme*" },
  without: ["partition"],
  op: "above" as const,
  forecastSeconds: null,
  enabled: true,
  thresholds: { critical: 0.9, warning: 0.7 },
};

test.each([
  [{ "system.device": "nvme0n1" }, 2],
  [{ "system.device": "sda" }, 0],
  [{}, 0],
  [{ "system.device": "nvme0n1", partition: "p1" }, 0],
])("the series %j has %i limits", (labels, count) => {
  expect(thresholdsOf([rule], "system.disk.utilization", labels)).toHaveLength(count);
});

test("a value has the severity of the highest limit that it reaches", () => {
  const limits = thresholdsOf([rule], "system.disk.utilization", { "system.device": "nvme1n1" });
  expect([0.69, 0.7, 0.9, null].map((value) => severityBeyond(value, limits))).toEqual([null, "warning", "critical", null]);
});

test("a rule that is switched off or looks ahead draws no line", () => {
  const labels = { "system.device": "nvme0n1" };
  expect(thresholdsOf([{ ...rule, enabled: false }], rule.metric, labels)).toEqual([]);
  expect(thresholdsOf([{ ...rule, forecastSeconds: 3600 }], rule.metric, labels)).toEqual([]);
});
