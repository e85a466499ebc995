import { expect, test } from "vitest";
import { holdsSecret, settingText, shownSetting, typedSetting } from "./setting-text";

test.each([
  ["30s", "30s"],
  ["5", 5],
  ["true", true],
  ['["a", "b"]', ["a", "b"]],
  [" web-1 ", "web-1"],
])("%j is written as %j and reads as itself again", (text, value) => {
  expect(typedSetting(text)).toEqual(value);
  expect(typedSetting(settingText(value))).toEqual(value);
});

test("a hidden secret is known wherever it stands", () => {
  expect(holdsSecret([{ url: "https://x", secret: "<secret>" }])).toBe(true);
  expect(holdsSecret("plain")).toBe(false);
});

test.each([
  ["retention.raw", 604_800, "7 d"],
  ["retention.max_size", 2 ** 30, "1 GiB"],
  ["server.port", 5000, "5000"],
  ["alerts.repeat_interval", "4h", "4h"],
  ["server.links", [], "none"],
])("%s of %j is shown as %j", (path, value, shown) => {
  expect(shownSetting(path, value)).toBe(shown);
});
