/**
 * Gives back what the heap of a thread took in its busiest moment. V8 collects while a program allocates; a server that does little keeps
 * the pages of the last burst for hours, 12 MB to 40 MB of them.
 */
import { getHeapStatistics } from "node:v8";
import { everyAligned } from "./aligned-timer";

const LOOK_EVERY_MS = 900_000;
/** A collection that gives pages back takes 100 ms to 300 ms of CPU time: for less than this it is not worth it. */
const LEAST_BYTES = 8 * 2 ** 20;

interface Heap {
  collect: () => void;
  /** Bytes in memory, used or not. */
  size: () => number;
}

export class HeapKeeper {
  /** What was left after the last collection. */
  private kept = 0;

  constructor(private readonly heap: Heap) {}

  look(): void {
    if (this.heap.size() - this.kept >= LEAST_BYTES) this.collect();
  }

  collect(): void {
    this.heap.collect();
    this.kept = this.heap.size();
  }
}

/** Looks after the heap of the thread that calls it. Does nothing without --expose-gc, one of the flags in bin/node.mjs. */
export function keepHeapSmall(): { collect: () => void; stop: () => void } {
  const { gc } = globalThis;
  if (!gc) return { collect: () => {}, stop: () => {} };
  const keeper = new HeapKeeper({
    collect: () => void gc({ type: "major", execution: "sync", flavor: "last-resort" }),
    size: () => getHeapStatistics().total_physical_size,
  });
  return { collect: () => keeper.collect(), stop: everyAligned(LOOK_EVERY_MS, () => keeper.look()) };
}
