/**
 * Gives back what the heap of a thread took in its busiest moment. V8 collects while a program allocates; a server that does little keeps
 * the pages of the last burst for hours, 12 MB to 40 MB of them.
 */
import { getHeapStatistics } from "node:v8";
import { everyAligned } from "./aligned-timer";

const LOOK_EVERY_MS = 60_000;
/**
 * A collection that gives pages back takes 100 ms to 300 ms of CPU time. It is worth that much memory for that long: 16 MiB for a quarter of
 * an hour, or 80 MiB for three minutes.
 */
const WORTH_BYTE_MS = 16 * 2 ** 20 * 900_000;

interface Heap {
  collect: () => void;
  /** Bytes in memory, used or not. */
  size: () => number;
}

export class HeapKeeper {
  /** What was left after the last collection. */
  private kept = 0;

  /** @param collectedMs when the last collection was, or the thread began, on a monotonic clock. */
  constructor(
    private readonly heap: Heap,
    private collectedMs: number,
  ) {}

  look(nowMs: number): void {
    if ((this.heap.size() - this.kept) * (nowMs - this.collectedMs) >= WORTH_BYTE_MS) this.collect(nowMs);
  }

  collect(nowMs: number): void {
    this.heap.collect();
    this.kept = this.heap.size();
    this.collectedMs = nowMs;
  }
}

/** Looks after the heap of the thread that calls it. Does nothing without --expose-gc, one of the flags in bin/node.mjs. */
export function keepHeapSmall(): { collect: () => void; stop: () => void } {
  const { gc } = globalThis;
  if (!gc) return { collect: () => {}, stop: () => {} };
  const heap = {
    collect: () => void gc({ type: "major", execution: "sync", flavor: "last-resort" }),
    size: () => getHeapStatistics().total_physical_size,
  };
  const keeper = new HeapKeeper(heap, performance.now());
  const stop = everyAligned(LOOK_EVERY_MS, () => keeper.look(performance.now()));
  return { collect: () => keeper.collect(performance.now()), stop };
}
