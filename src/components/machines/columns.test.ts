import { expect, test } from "vitest";
import { fittingColumns } from "~/components/ui/fitting-columns";
import { machineRow } from "../../../tests/helpers/machine-row";
import { COLUMNS, FIT, nextSort, readSort, sortMachines, writeSort } from "./columns";

const names = (order: string, rows = FLEET) => sortMachines(rows, readSort(order)).map(({ name }) => name);

const FLEET = [
  machineRow("web-10", { cpu: 0.2, alerts: { info: 0, warning: 1, critical: 0 } }),
  machineRow("web-9", { cpu: 0.9, state: "late" }),
  machineRow("db-1", { cpu: null, state: "silent", disk: null, version: null }),
  machineRow("db-2", { cpu: 0.2, alerts: { info: 9, warning: 0, critical: 1 } }),
  machineRow("app", { cpu: 0.1, contributor: { program: "java", user: "app", measure: "cpu", value: 2 } }),
];

test("without a chosen order the worst machine is on top: critical, silent, warning, late", () => {
  expect(names("worst")).toEqual(["db-2", "db-1", "web-10", "web-9", "app"]);
});

test.each([
  ["cpu.down", ["web-9", "db-2", "web-10", "app", "db-1"]],
  ["cpu.up", ["app", "db-2", "web-10", "web-9", "db-1"]],
  ["name", ["app", "db-1", "db-2", "web-9", "web-10"]],
  ["name.down", ["web-10", "web-9", "db-2", "db-1", "app"]],
  ["state", ["db-1", "web-9", "app", "db-2", "web-10"]],
  ["alerts", ["db-2", "web-10", "app", "db-1", "web-9"]],
  ["contributor", ["app", "db-1", "db-2", "web-9", "web-10"]],
  ["version.down", ["app", "db-2", "web-9", "web-10", "db-1"]],
])("%s: %j; machines without a reading come last, equal ones by name", (order, expected) => {
  expect(names(order)).toEqual(expected);
});

test("the curve sorts by its mean", () => {
  const rows = [
    machineRow("a", { cpuHistory: [null, 0.2] }),
    machineRow("b", { cpuHistory: [0.5, 0.1] }),
    machineRow("c", { cpuHistory: [] }),
  ];
  expect(names("history", rows)).toEqual(["b", "a", "c"]);
});

test("a column goes its natural way, the other, and back to the worst first", () => {
  const first = nextSort(null, "cpu");
  const second = nextSort(first, "cpu");
  expect([first, second, nextSort(second, "cpu")]).toEqual([{ key: "cpu", down: true }, { key: "cpu", down: false }, null]);
  expect(nextSort(first, "name")).toEqual({ key: "name", down: false });
});

test("the order in the address comes back as it was, and nonsense is the worst first", () => {
  for (const sort of [{ key: "disk", down: false } as const, { key: "name", down: true } as const, null])
    expect(readSort(writeSort(sort))).toEqual(sort);
  expect(readSort("banana.up")).toBeNull();
});

test.each([
  [296, ["name", "cpu", "memory"]],
  [366, ["name", "cpu", "memory"]],
  [700, ["name", "state", "alerts", "cpu", "memory", "disk"]],
  [1000, ["name", "state", "alerts", "cpu", "memory", "disk", "network", "contributor"]],
  [1190, COLUMNS.map(({ key }) => key)],
])("a table of %s pixels has room for %j", (width, keys) => {
  expect(fittingColumns(COLUMNS, width, FIT).map(({ key }) => key)).toEqual(keys);
});
