import { expect, test } from "vitest";
import { type Outcome, outcomeOf, SHORTCUTS } from "./shortcuts";

const keysOf = (outcome: Outcome) => {
  if (outcome.kind === "run") return outcome.shortcut.keys.join(" ");
  return outcome.kind === "wait" ? (outcome.otherwise?.keys.join(" ") ?? null) : null;
};

test("no keys mean two things, and each shortcut is reached", () => {
  for (const { keys } of SHORTCUTS) {
    expect(SHORTCUTS.filter((other) => other.keys.join() === keys.join())).toHaveLength(1);
    expect(keysOf(outcomeOf(keys))).toBe(keys.join(" "));
  }
});

test.each([
  [["g"], "wait", "g"],
  [["g", "p"], "run", "g p"],
  [["g", "x"], "none", null],
  [["g", "g"], "none", null],
  [["q"], "none", null],
  [["3"], "wait", "3"],
  [["0"], "wait", null],
  [["1", "4"], "wait", null],
  [["1", "4", "5"], "none", null],
] as const)("%j: %s", (pressed, kind, keys) => {
  const outcome = outcomeOf(pressed);
  expect([outcome.kind, keysOf(outcome)]).toEqual([kind, keys]);
});

test.each([
  [["g", "0"], "0"],
  [["0", "3", ":"], "03:"],
  [["3", ":"], "3:"],
])("%j begins a time of day", (pressed, text) => {
  expect(outcomeOf(pressed)).toEqual({ kind: "jump", text });
});
