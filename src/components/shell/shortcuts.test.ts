import { expect, test } from "vitest";
import { SHORTCUTS, shortcutFor } from "./shortcuts";

test("no keys mean two things, and none hides the beginning of another", () => {
  for (const { keys, does } of SHORTCUTS) {
    expect(SHORTCUTS.filter((other) => other.keys.join() === keys.join())).toHaveLength(1);
    const found = shortcutFor(keys);
    expect(found === "more" || found === null ? found : found.does).toBe(does);
  }
});

test("the first of two keys waits for the second, an unknown one means nothing", () => {
  expect(shortcutFor(["g"])).toBe("more");
  expect(shortcutFor(["g", "x"])).toBeNull();
  expect(shortcutFor(["q"])).toBeNull();
});
