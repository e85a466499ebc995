import { expect, test } from "vitest";
import { machineRow } from "../../../tests/helpers/machine-row";
import { groupLines, groupMachines, inPlaces } from "./groups";

const rows = [
  machineRow("a", { labels: { env: "staging" } }),
  machineRow("b", { labels: { env: "live" }, state: "silent" }),
  machineRow("c", { labels: {} }),
  machineRow("d", { labels: { env: "live" }, alerts: { info: 1, warning: 0, critical: 0 } }),
  machineRow("e", { labels: { env: "" }, state: "late" }),
];
const shape = (folded: readonly string[]) =>
  groupLines(groupMachines(rows, "env"), (value) => folded.includes(value)).map((line) =>
    line.kind === "group" ? `[${line.group.value}]` : line.machine.name,
  );

test("groups are in the order of their values, machines without the label last, members as they were sorted", () => {
  expect(shape([])).toEqual(["[live]", "b", "d", "[staging]", "a", "[]", "c", "e"]);
});

test("what is folded is its head alone", () => {
  expect(shape(["live", ""])).toEqual(["[live]", "[staging]", "a", "[]"]);
});

test("a group counts its machines by state, and those with alerts", () => {
  expect(groupMachines(rows, "env").map(({ states, firing }) => ({ ...states, firing }))).toEqual([
    { up: 1, late: 0, silent: 1, firing: 1 },
    { up: 1, late: 0, silent: 0, firing: 0 },
    { up: 1, late: 1, silent: 0, firing: 0 },
  ]);
});

test("rows keep their places, and new ones come last", () => {
  const places = new Map([
    ["d", 0],
    ["a", 1],
    ["b", 2],
  ]);
  expect(inPlaces(rows, places).map(({ name }) => name)).toEqual(["d", "a", "b", "c", "e"]);
});
