import { expect, test } from "vitest";
import { fittingColumns } from "~/components/ui/fitting-columns";
import { COLUMNS, FIT, nextSort, readSort, writeSort } from "./columns";

test("a column of numbers goes down, up, and back to the server's order; one of words begins upwards", () => {
  const first = nextSort(null, "memory", true);
  const second = nextSort(first, "memory", true);
  expect([first, second, nextSort(second, "memory", true)]).toEqual([
    { key: "memory", down: true },
    { key: "memory", down: false },
    null,
  ]);
  expect(nextSort(null, "user", false)).toEqual({ key: "user", down: false });
});

test("the order in the address comes back as it was", () => {
  for (const sort of [{ key: "io", down: false } as const, { key: "pid", down: true } as const, null])
    expect(readSort(writeSort(sort))).toEqual(sort);
});

test.each([
  [296, ["command", "cpu", "memory"]],
  [366, ["command", "cpu", "memory"]],
  [700, ["command", "pid", "cpu", "memory", "io"]],
  [10_000, COLUMNS.map(({ key }) => key)],
])("a table of %s pixels has room for %j", (width, keys) => {
  expect(fittingColumns(COLUMNS, width, FIT).map(({ key }) => key)).toEqual(keys);
});
