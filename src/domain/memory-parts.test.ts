import { expect, test } from "vitest";
import { reclaimableMemory } from "./memory-parts";

test("used, cache and free add up to the whole, whatever of the page cache is shared memory", () => {
  // 16 GB: 4 free, 6 used of which 3 are shared; the page cache of 9 has those 3 in it.
  const [cache] = reclaimableMemory({ used: [6], free: [4], utilization: [6 / 16] });
  expect(cache).toBeCloseTo(16 - 6 - 4);
  expect(reclaimableMemory({ used: [null, 6, 6], free: [4, null, 4], utilization: [0.5, 0.5, 0] })).toEqual([null, null, null]);
});
