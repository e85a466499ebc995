import { expect, test } from "vitest";
import { ownPages, safeAddress } from "./own-pages";

test.each([
  ["https://web-1.example", "https://web-1.example/"],
  ["http://10.0.0.7:5000", "http://10.0.0.7:5000/"],
  ["https://example.com/monitor", "https://example.com/monitor/"],
  ["https://example.com/monitor/", "https://example.com/monitor/"],
  ["javascript:alert(1)", null],
  ["data:text/html,x", null],
  ["web-1", null],
  [null, null],
])("%s leads to %s", (url, address) => {
  expect(ownPages(url)).toBe(address);
});

test("the address of a page stays as it is", () => {
  expect(safeAddress("https://web-1.example/alerts?tab=Active")).toBe("https://web-1.example/alerts?tab=Active");
});
