import { expect, test } from "vitest";
import type { Family } from "./families";
import { inOwnOrder, orderAfterMove } from "./own-order";

const family = (id: string, section: Family["section"]): Family => ({
  id,
  section,
  title: id,
  metric: id,
  unit: "1",
  help: "",
  high: null,
});
const families = [family("a", "CPU"), family("b", "CPU"), family("c", "CPU"), family("m", "Memory")];
const ids = (order: readonly string[]) => inOwnOrder(families, order).map(({ id }) => id);

test("a chart that was moved stays there, in its section", () => {
  const order = orderAfterMove({ id: "b", by: -1 }, ["a", "b", "c"], []);
  expect(ids(order)).toEqual(["b", "a", "c", "m"]);
  expect(ids(orderAfterMove({ id: "b", by: 1 }, ["b", "a", "c"], order))).toEqual(["a", "b", "c", "m"]);
});

test("the first cannot go up, the last not down, and one section's order leaves another's alone", () => {
  expect(orderAfterMove({ id: "a", by: -1 }, ["a", "b"], ["m"])).toEqual(["m"]);
  expect(orderAfterMove({ id: "b", by: 1 }, ["a", "b"], ["m"])).toEqual(["m"]);
  expect(orderAfterMove({ id: "a", by: 1 }, ["a", "b"], ["m"])).toEqual(["m", "b", "a"]);
});

test("a chart that came later stands behind those that were moved", () => {
  expect(ids(["c", "b"])).toEqual(["c", "b", "a", "m"]);
});
