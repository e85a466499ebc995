import { expect, test } from "vitest";
import { processRow } from "../../tests/helpers/process-row";
import type { ProcessRow } from "./process";
import { buildTree } from "./process-tree";

function row(pid: number, parentPid: number, cpu: number, memoryBytes = 1): ProcessRow {
  return processRow(pid, { parentPid, cpu, memoryBytes });
}

const shape = (rows: ProcessRow[]) => buildTree(rows, "cpu").map(({ pid, depth, totalCpu }) => [pid, depth, totalCpu]);

test("children stand below their parent, heavier families first, sums included", () => {
  expect(shape([row(1, 0, 0), row(2, 1, 0.1), row(3, 1, 0), row(4, 3, 0.5), row(5, 0, 0.2)])).toEqual([
    [1, 0, 0.6],
    [3, 1, 0.5],
    [4, 2, 0.5],
    [2, 1, 0.1],
    [5, 0, 0.2],
  ]);
});

test("a process whose parent is hidden is a root", () => {
  expect(shape([row(7, 6, 0.1)])).toEqual([[7, 0, 0.1]]);
});

test("a loop of parents is cut and nobody is lost", () => {
  expect(
    shape([row(1, 2, 0), row(2, 1, 0), row(3, 3, 0)])
      .map(([pid]) => pid)
      .sort(),
  ).toEqual([1, 2, 3]);
});

test("a chain of ten thousand processes is a tree as well", () => {
  const chain = Array.from({ length: 10_000 }, (_, index) => row(index + 1, index, 1));
  const tree = buildTree(chain, "cpu");
  expect(tree[0]).toMatchObject({ pid: 1, depth: 0, descendants: 9999, totalCpu: 10_000 });
  expect(tree.at(-1)).toMatchObject({ pid: 10_000, depth: 9999 });
});

test("what stands below a loop of parents stays with its own parent", () => {
  expect(shape([row(1, 2, 0), row(2, 1, 0), row(3, 2, 0.1)])).toEqual([
    [2, 0, 0.1],
    [3, 1, 0.1],
    [1, 0, 0],
  ]);
});

test("the sums of the roots are the sums of all", () => {
  const rows = Array.from({ length: 200 }, (_, index) => row(index + 1, Math.floor(index / 3), (index % 7) / 10, index));
  const tree = buildTree(rows, "memory");
  const roots = tree.filter(({ depth }) => depth === 0);
  expect(roots.reduce((sum, { totalMemoryBytes }) => sum + totalMemoryBytes, 0)).toBe(
    rows.reduce((sum, one) => sum + one.memoryBytes, 0),
  );
  expect(roots.reduce((sum, { descendants }) => sum + 1 + descendants, 0)).toBe(200);
});

test("what the processes of a family share counts once in its memory, and in its place", () => {
  const worker = (pid: number) => processRow(pid, { parentPid: 1, memoryBytes: 100, sharedBytes: 90 });
  const rows = [processRow(1, { parentPid: 0, memoryBytes: 95, sharedBytes: 90 }), worker(2), worker(3), row(9, 0, 0, 120)];
  expect(buildTree(rows, "memory").map(({ pid, totalMemoryBytes }) => [pid, totalMemoryBytes])).toEqual([
    [9, 120],
    [1, 115],
    [2, 100],
    [3, 100],
  ]);
});
