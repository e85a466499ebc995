import { expect, test } from "vitest";
import { processRow } from "../../../tests/helpers/process-row";
import type { Row } from "./columns";
import { type ActiveRow, keyAction, placeOf } from "./grid-keys";
import { keyOf } from "./tree";

const row = (pid: number, change: Partial<Row> = {}): Row => ({
  ...processRow(pid),
  startedAt: "2026-11-24T00:00:00.000Z",
  ...change,
});
const [a, b, c] = [row(1), row(2), row(3)];
const group = row(4, { name: "node", count: 3 });
const at = (one: Row, place: number): ActiveRow => ({ key: keyOf(one), place });

const press = (
  key: string,
  { rows, active, folded = true, isTree = false }: { rows: Row[]; active: ActiveRow | null; folded?: boolean; isTree?: boolean },
) => keyAction(key, { rows, active, isTree, isFolded: () => folded });

test("Enter opens the process that was chosen, though the table has been sorted again since", () => {
  const active = at(a, 0);
  expect(press("Enter", { rows: [a, b, c], active })).toEqual({ does: "open", row: a });
  expect(press("Enter", { rows: [b, c, a], active })).toEqual({ does: "open", row: a });
  expect(placeOf([b, c, a], active)).toBe(2);
});

test("Enter opens nothing when the chosen process has gone; the arrows go on from where it was", () => {
  const active = at(b, 1);
  expect(press("Enter", { rows: [a, c], active })).toBeNull();
  expect(placeOf([a, c], active)).toBe(-1);
  expect(press("ArrowUp", { rows: [a, c], active })).toEqual({ does: "go", place: 0 });
});

test.each([true, false])("Enter folds a row of several processes, as a click does (folded: %s)", (folded) => {
  const pressed = press("Enter", { rows: [a, group], active: at(group, 1), folded, isTree: true });
  expect(pressed).toEqual({ does: "fold", row: group, close: !folded });
});

test.each([
  ["ArrowDown", null, 0],
  ["ArrowDown", at(a, 0), 1],
  ["ArrowDown", at(c, 2), 2],
  ["ArrowUp", at(a, 0), 0],
  ["PageDown", at(a, 0), 2],
  ["Home", at(c, 2), 0],
  ["End", null, 2],
])("%s goes to a row of the table", (key, active, place) => {
  expect(press(key, { rows: [a, b, c], active })).toEqual({ does: "go", place });
});

test("arrows to the sides unfold and fold in a tree, go in and out of it, and do nothing in a list", () => {
  const parent = row(5, { descendants: 1, depth: 0 });
  const child = row(6, { depth: 1 });
  const tree = { rows: [parent, child], isTree: true };
  expect(press("ArrowRight", { ...tree, active: at(parent, 0) })).toEqual({ does: "fold", row: parent, close: false });
  expect(press("ArrowRight", { ...tree, active: at(parent, 0), folded: false })).toEqual({ does: "go", place: 1 });
  expect(press("ArrowLeft", { ...tree, active: at(parent, 0), folded: false })).toEqual({
    does: "fold",
    row: parent,
    close: true,
  });
  expect(press("ArrowLeft", { ...tree, active: at(child, 1) })).toEqual({ does: "go", place: 0 });
  expect(press("ArrowRight", { rows: [a, b], active: at(a, 0) })).toBeNull();
});
