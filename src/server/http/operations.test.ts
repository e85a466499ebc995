import { expect, test } from "vitest";
import { OPERATIONS, operationsAt } from "./operations";

test.each(OPERATIONS.map(({ method, path }) => [method, path] as const))(
  "%s %s is answered by its own procedure, whatever else the path looks like",
  (method, path) => {
    const found = operationsAt(path.replaceAll(/\{\w+\}/g, "mwv8q5gv-d0aec339")).find((one) => one.method === method);
    expect(found?.path).toBe(path);
  },
);

test("a rule may be called what another path ends with: it can be deleted all the same", () => {
  expect(operationsAt("/alerts/rules/backtest").map(({ method }) => method)).toEqual(expect.arrayContaining(["POST", "DELETE"]));
});

test("an unknown path has none", () => {
  expect(operationsAt("/nothing/here")).toEqual([]);
});
