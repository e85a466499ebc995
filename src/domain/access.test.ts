import { expect, test } from "vitest";
import { USER_NAME } from "./access";
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

test.each(["local", "Local", "nobody", "", "-x", "a b", "a".repeat(65)])("nobody can be called %j", (name) => {
  expect(USER_NAME.test(name)).toBe(false);
});

test.each(["anna", "localhost", "A.b-c_9", "nobody2"])("a user can be called %s", (name) => {
  expect(USER_NAME.test(name)).toBe(true);
});
