/** Keeps the server within its memory budget: above it, fewer of the newest samples stay in memory. */
import { ALL_KEPT, type MemoryUse, memoryBudget, nextMemory } from "~/domain/memory-budget";
import { everyAligned } from "../aligned-timer";
import type { Bus } from "../bus";
import { keepHeapSmall } from "../heap-keeper";
import type { Store } from "../store/store";
import type { Cleanups } from "./cleanups";

const LOOK_EVERY_MS = 60_000;

export interface MemoryService {
  use: () => MemoryUse;
}

export function composeMemory(
  { store, bus }: { store: Pick<Store, "keepPart">; bus: Pick<Bus, "latest"> },
  cleanups: Cleanups,
): MemoryService {
  const heap = keepHeapSmall();
  let state = ALL_KEPT;
  const use = (): MemoryUse => ({
    bytes: process.memoryUsage.rss(),
    budgetBytes: memoryBudget(bus.latest()?.sample.series.length ?? 0),
    kept: state.kept,
  });
  const look = () => {
    const before = state.kept;
    state = nextMemory(state, use(), performance.now());
    if (state.kept === before) return;
    store.keepPart(state.kept);
    if (state.kept < before) heap.collect();
  };
  cleanups.add(heap.stop);
  cleanups.add(everyAligned(LOOK_EVERY_MS, look));
  return { use };
}
