import { expect, test } from "vitest";
import { draftOf, limitOf, matchOf, mistakesOf, ruleOf } from "./rule-draft";

test.each([
  ["90%", 0.9],
  ["0.5", 0.5],
  ["50MB", 5e7],
  ["1 GiB", 2 ** 30],
  ["", null],
  ["many", null],
])("the limit %j is %j", (text, value) => {
  expect(limitOf(text)).toBe(value);
});

test("a new draft has no mistake but its name; each wrong field says what it wants", () => {
  const draft = draftOf(null);
  expect(Object.keys(mistakesOf(draft))).toEqual(["name"]);
  const wrong = { ...draft, name: "x", window: "soon", warning: "", match: "nothing" };
  expect(Object.keys(mistakesOf(wrong)).sort()).toEqual(["match", "warning", "window"]);
});

test("what was typed becomes what the server takes", () => {
  const rule = ruleOf({ ...draftOf(null), name: "busy", match: "system.device=nvme*, disk.io.direction=write", critical: "95%" });
  expect(rule).toMatchObject({ name: "busy", warning: 0.8, critical: 0.95, window: "1m", for: "1m" });
  expect(rule.match).toEqual(matchOf("system.device=nvme*,disk.io.direction=write"));
});
