import { expect, test } from "vitest";
import { HeapKeeper } from "./heap-keeper";

const MIB = 2 ** 20;

test("a heap is collected when it has grown by much since the last time, and not again for what stays", () => {
  let size = 30 * MIB;
  let collections = 0;
  const keeper = new HeapKeeper({
    size: () => size,
    collect: () => {
      collections++;
      size = 28 * MIB;
    },
  });
  const collectionsAt = (bytes: number) => {
    size = bytes;
    keeper.look();
    return collections;
  };
  expect([30, 30, 35, 36, 35, 50].map((mib) => collectionsAt(mib * MIB))).toEqual([1, 1, 1, 2, 2, 3]);
});
