import { expect, test } from "vitest";
import { exportAddress } from "./choice";

test("the address of a report names hours or moments, and how it is shown", () => {
  expect(exportAddress("pdf", { hours: 24, timeZone: "Europe/Berlin" })).toBe(
    "/api/export/report?format=pdf&hours=24&timeZone=Europe%2FBerlin",
  );
  expect(exportAddress("html", { from: 0, to: 3_600_000, timeZone: "UTC" }, { inline: true })).toBe(
    "/api/export/report?format=html&from=1970-01-01T00%3A00%3A00.000Z&to=1970-01-01T01%3A00%3A00.000Z&timeZone=UTC&inline=1",
  );
});
