import { expect, test } from "vitest";
import { isReservedName } from "./access";
import { nextPath } from "./next-path";

test.each(["/", "/alerts", "/performance?from=1&to=2", "/processes?filter=user%3Aroot"])("a login leads on to %s", (path) => {
  expect(nextPath(path)).toBe(path);
});

test.each([
  undefined,
  "",
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "https://evil.example/",
  "HTTPS:evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "/\tevil",
  "/\n/evil.example",
  "/x\\..\\evil",
  " /alerts",
  "alerts",
  "./alerts",
  "?next=/",
  "#",
  "@evil.example",
  "/login",
  "/login?next=/login",
])("a login does not lead on to %j", (path) => {
  expect(nextPath(path)).toBe("/");
});

test.each([
  ["local", true],
  ["Local", true],
  ["nobody", true],
  ["localhost", false],
  ["anna", false],
])("%s is reserved for requests without a login: %s", (name, reserved) => {
  expect(isReservedName(name)).toBe(reserved);
});
