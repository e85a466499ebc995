import { expect, test } from "vitest";
import { ALL_KEPT, type MemoryState, memoryBudget, nextMemory } from "./memory-budget";

const MIB = 2 ** 20;
const MINUTE_MS = 60_000;

/** What is kept after each minute of so much memory. */
function over(minutes: readonly number[], start: MemoryState = ALL_KEPT): MemoryState[] {
  const states: MemoryState[] = [];
  for (const [minute, mib] of minutes.entries()) {
    const use = { bytes: mib * MIB, budgetBytes: 256 * MIB };
    states.push(nextMemory(states.at(-1) ?? start, use, minute * MINUTE_MS));
  }
  return states;
}
const kept = (states: readonly MemoryState[]) => states.map((state) => state.kept);
const times = (count: number, mib: number) => new Array<number>(count).fill(mib);

test("the budget grows with the series", () => {
  expect([40, 600, 1600].map((series) => memoryBudget(series) / MIB)).toEqual([256, 256, 271]);
});

test("above the budget half is kept, then half of that, every other minute, and never less than an eighth", () => {
  expect(kept(over(times(9, 300)))).toEqual([1 / 2, 1 / 2, 1 / 4, 1 / 4, 1 / 8, 1 / 8, 1 / 8, 1 / 8, 1 / 8]);
});

test("within the budget everything stays as it is", () => {
  expect(kept(over(times(30, 250)))).toEqual(times(30, 1));
  expect(kept(over([300, ...times(30, 250)])).at(-1)).toBe(1 / 2);
});

test("with room more is kept again after ten minutes, and later each time that it was too much", () => {
  const first = over([300, ...times(12, 150)]);
  expect(kept(first).indexOf(1)).toBe(10);
  const again = over([300, ...times(10, 150), 300, 300, ...times(40, 150)]);
  // Raised after 10 minutes, taken back at 12, raised after 20 more.
  expect(kept(again).slice(9, 13)).toEqual([1 / 2, 1, 1, 1 / 2]);
  expect(kept(again).indexOf(1, 12)).toBe(32);
});
