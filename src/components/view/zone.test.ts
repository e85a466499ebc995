import { expect, test } from "vitest";
import { axisLabels } from "./zone";

test("labels of days are dates, labels of an hour are clocks with the date at midnight", () => {
  const midnight = Date.parse("2026-11-24T00:00:00Z") / 1000;
  const labels = axisLabels([midnight - 1800, midnight, midnight + 1800], "UTC");
  expect(labels[0]).toMatch(/^11:30|^23:30/);
  expect(labels[1]).toMatch(/24/);
  expect(axisLabels([midnight, midnight + 86_400], "UTC")[1]).toMatch(/25/);
});
