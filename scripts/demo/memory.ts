/** Memory of the machine: what programs, the kernel and the cache have is what there is. */
import type { Program } from "./program";
import { MIB, SHARED_BUFFERS_BYTES } from "./residents";

export const MEMORY_BYTES = 7942 * MIB;
export const SWAP_BYTES = 1024 * MIB;
/** Slabs that cannot be given back, page tables, stacks of the kernel. */
const KERNEL_BYTES = 264 * MIB;
export const SLAB = { reclaimable: 141 * MIB, unreclaimable: 118 * MIB };
export const BUFFERS_BYTES = 86 * MIB;
export const SHARED_BYTES = SHARED_BUFFERS_BYTES + 14 * MIB;
/** The kernel keeps as much free. */
const LEAST_FREE = 64 * MIB;
const LEAST_CACHE = 32 * MIB;
const PAGE = 4096;

export interface MemoryTick {
  used: number;
  free: number;
  /** Without shared memory. */
  cache: number;
  swapped: number;
  /** Of the largest program. */
  swappedOf: { program: Program; bytes: number } | null;
  /** Pages to and from swap in this interval. */
  pagesOut: number;
  /** The kernel ends this one: there is neither memory nor swap left. */
  killed: { program: Program; bytes: number } | null;
}

const pages = (bytes: number) => Math.round(bytes / PAGE) * PAGE;

export class Memory {
  private cache = 3100 * MIB;
  private swapped = 0;

  /** `readBytes` were read from the disks, and are cached as far as there is room. */
  step(wanted: ReadonlyMap<Program, number>, readBytes: number): MemoryTick {
    const largest = [...wanted].reduce((most, one) => (one[1] > most[1] ? one : most));
    const needed = KERNEL_BYTES + SHARED_BYTES + [...wanted.values()].reduce((sum, bytes) => sum + pages(bytes), 0);
    const most = MEMORY_BYTES - LEAST_FREE - LEAST_CACHE - BUFFERS_BYTES - SLAB.reclaimable;
    const over = pages(Math.max(0, needed - most));
    const killed = over > SWAP_BYTES ? { program: largest[0], bytes: pages(largest[1] - SWAP_BYTES) } : null;
    const before = this.swapped;
    // What is swapped out is the largest program's: it is that one which grows.
    this.swapped = killed ? 0 : over;
    const used = needed - (killed ? pages(largest[1]) : this.swapped);
    const room = MEMORY_BYTES - used - BUFFERS_BYTES - SLAB.reclaimable - LEAST_FREE;
    this.cache = pages(Math.max(0, Math.min(room, this.cache + 0.6 * readBytes, 3900 * MIB)));
    return {
      used,
      cache: this.cache,
      free: MEMORY_BYTES - used - BUFFERS_BYTES - SLAB.reclaimable - this.cache,
      swapped: this.swapped,
      swappedOf: this.swapped > 0 ? { program: largest[0], bytes: this.swapped } : null,
      pagesOut: Math.max(0, this.swapped - before) / PAGE,
      killed,
    };
  }
}
