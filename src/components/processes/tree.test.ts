import { expect, test } from "vitest";
import { processRow } from "../../../tests/helpers/process-row";
import type { Row } from "./columns";
import { keyOf, parentPlace, unfolded, withParents } from "./tree";

const row = (pid: number, depth: number): Row => ({ ...processRow(pid), startedAt: "2026-11-24T00:00:00.000Z", depth });
const rows = [row(1, 0), row(2, 1), row(3, 2), row(4, 1), row(5, 0)];
const pids = (shown: readonly Row[]) => shown.map(({ pid }) => pid);

test("what is below a folded process is left out, its neighbours stay", () => {
  expect(pids(unfolded(rows, new Set([keyOf(row(2, 1))])))).toEqual([1, 2, 4, 5]);
  expect(pids(unfolded(rows, new Set([keyOf(row(1, 0))])))).toEqual([1, 5]);
});

test("a filter keeps the parents of what passes, each once", () => {
  expect(pids(withParents(rows, ({ pid }) => pid === 3 || pid === 4))).toEqual([1, 2, 3, 4]);
});

test("the way to the left leads to the parent and ends at a root", () => {
  expect(parentPlace(rows, 2)).toBe(1);
  expect(parentPlace(rows, 3)).toBe(0);
  expect(parentPlace(rows, 4)).toBe(4);
});
