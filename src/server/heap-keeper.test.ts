import { expect, test } from "vitest";
import { HeapKeeper } from "./heap-keeper";

const MIB = 2 ** 20;
const MINUTE_MS = 60_000;

function collectionsOf(sizes: readonly number[]): number[] {
  let size = 0;
  const minutes: number[] = [];
  let minute = 0;
  const keeper = new HeapKeeper(
    {
      size: () => size,
      collect: () => {
        minutes.push(minute);
        size = 28 * MIB;
      },
    },
    0,
  );
  for (const mib of sizes) {
    minute++;
    size = mib * MIB;
    keeper.look(minute * MINUTE_MS);
  }
  return minutes;
}

test("a heap is collected the sooner the more it has grown, and not for what stays", () => {
  expect(collectionsOf(new Array(90).fill(30))).toEqual([8]);
  expect(collectionsOf([80, 80, 80, ...new Array(60).fill(44)])).toEqual([3, 18, 33, 48, 63]);
  expect(collectionsOf([240, ...new Array(60).fill(28 + 48)])).toEqual([1, 6, 11, 16, 21, 26, 31, 36, 41, 46, 51, 56, 61]);
});
