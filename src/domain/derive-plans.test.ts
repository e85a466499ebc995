import { expect, test } from "vitest";
import { derivationOf } from "./derive";

test("a layout that is new at each tick leaves no plan behind, and the newest keeps its own", () => {
  const layouts = Array.from({ length: 100 }, (_, index) => [{ metric: "pushed", labels: { run: String(index) } }]);
  const first = derivationOf(layouts[0] ?? []);
  for (const layout of layouts) derivationOf(layout);
  const last = layouts.at(-1) ?? [];
  expect(derivationOf(last)).toBe(derivationOf(last));
  expect(derivationOf(layouts[0] ?? [])).not.toBe(first);
});
