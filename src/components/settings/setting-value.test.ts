import { expect, test } from "vitest";
import { settings } from "~/components/words/en/settings";
import { plural } from "~/components/words/plural";
import { valueText } from "./setting-value";

test.each([
  ["duration", 604_800, "7 days"],
  ["duration", 1, "1 second"],
  ["duration", 14_400, "4 hours"],
  ["size", 2 ** 30, "1 GiB"],
  ["switch", false, "off"],
  ["choice", "auto", "Automatic"],
  ["number", 5000, "5000"],
  ["names", ["rule", "severity"], "rule, severity"],
  ["links", [], "none"],
  ["links", [{ name: "a", url: "http://a" }], "1 entry"],
  ["text", null, "not set"],
] as const)("%s: %j is %j", (kind, value, text) => {
  expect(valueText(kind, value, { words: settings, format: { count: plural("en") } })).toBe(text);
});
