import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Cleanups } from "./cleanups";
import { composeMemory } from "./memory";

const MIB = 2 ** 20;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("above the budget the store is told to keep less, and with room again to keep more", async () => {
  const kept: number[] = [];
  const resident = vi.spyOn(process.memoryUsage, "rss").mockReturnValue(400 * MIB);
  const cleanups = new Cleanups();
  const memory = composeMemory({ store: { keepPart: (part) => kept.push(part) }, bus: { latest: () => undefined } }, cleanups);
  expect(memory.use()).toEqual({ bytes: 400 * MIB, budgetBytes: 256 * MIB, kept: 1 });
  vi.advanceTimersByTime(4 * 60_000);
  expect(kept).toEqual([1 / 2, 1 / 4]);
  expect(memory.use().kept).toBe(1 / 4);
  resident.mockReturnValue(100 * MIB);
  vi.advanceTimersByTime(11 * 60_000);
  expect(kept).toEqual([1 / 2, 1 / 4, 1 / 2]);
  await cleanups.run();
});
