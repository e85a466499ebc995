import { expect, test } from "vitest";
import { pidsInCycles } from "./parent-cycles";

test.each<[string, [number, number][], number[]]>([
  [
    "a tree has none",
    [
      [1, 0],
      [2, 1],
      [3, 1],
      [4, 3],
    ],
    [],
  ],
  [
    "one that is its own parent",
    [
      [1, 1],
      [2, 1],
    ],
    [1],
  ],
  [
    "a cycle without what hangs below it",
    [
      [5, 4],
      [4, 2],
      [2, 3],
      [3, 2],
    ],
    [2, 3],
  ],
  [
    "two cycles",
    [
      [1, 2],
      [2, 1],
      [7, 8],
      [8, 9],
      [9, 7],
      [6, 9],
    ],
    [1, 2, 7, 8, 9],
  ],
])("%s", (_name, parents, expected) => {
  expect([...pidsInCycles(new Map(parents))].sort((a, b) => a - b)).toEqual(expected);
});

test("the work grows with the processes, not with how deep they are nested", () => {
  let looks = 0;
  class Watched extends Map<number, number> {
    override get(pid: number) {
      looks++;
      return super.get(pid);
    }
  }
  const chain = new Watched(Array.from({ length: 2000 }, (_, index) => [index + 1, index]));
  expect(pidsInCycles(chain).size).toBe(0);
  expect(looks).toBeLessThanOrEqual(2 * chain.size);
});
