import { expect, test } from "vitest";
import { OPERATIONS, operationsAt } from "./operations";

const PATHS = [...new Set(OPERATIONS.map(({ path }) => path))];

test.each(PATHS)("%s is answered by its own procedures, whatever else it looks like", (path) => {
  const found = operationsAt(path.replaceAll(/\{\w+\}/g, "mwv8q5gv-d0aec339"));
  expect([...new Set(found.map((one) => one.path))]).toEqual([path]);
});

test("an unknown path has none", () => {
  expect(operationsAt("/nothing/here")).toEqual([]);
});
