/**
 * Plans the passes over an hour in which its chunks are made. A pass has the columns of its series in memory, and reads only the stretch in which
 * they occur: on a machine whose names come and go, neighbours in the table were born together. Pure.
 */
import { HOUR_MS, SERIES_PER_CHUNK } from "./tiers";

/** Where a group of series occurs, in milliseconds: [from, to). */
export interface Extent {
  from: number;
  to: number;
}

export interface ChunkPass extends Extent {
  groups: ReadonlySet<number>;
}

/** Columns of a pass: those of eight groups that last for the hour, at a reading a second. */
const MOST_VALUES = 8 * SERIES_PER_CHUNK * (HOUR_MS / 1000);

/** Where each group of series occurs, found sample by sample. */
export class Extents {
  readonly byGroup = new Map<number, Extent>();
  private ids: Uint32Array | undefined;
  private groups: readonly number[] = [];

  /** True when the series are others than those of the sample before. */
  add(at: number, ids: Uint32Array): boolean {
    const areNew = ids !== this.ids;
    if (areNew) this.groups = [...new Set(Array.from(ids, (id) => Math.floor(id / SERIES_PER_CHUNK)))];
    this.ids = ids;
    for (const group of this.groups) {
      const known = this.byGroup.get(group);
      if (!known) this.byGroup.set(group, { from: at, to: at + 1 });
      else {
        known.from = Math.min(known.from, at);
        known.to = Math.max(known.to, at + 1);
      }
    }
    return areNew;
  }
}

/** All groups, in passes of as many as fit. `interval` is that of the readings, in milliseconds. */
export function passesOf(extents: ReadonlyMap<number, Extent>, interval: number): ChunkPass[] {
  const passes: { from: number; to: number; groups: Set<number> }[] = [];
  for (const [group, { from, to }] of [...extents].sort(([a], [b]) => a - b)) {
    const last = passes.at(-1);
    const joined = { from: Math.min(from, last?.from ?? from), to: Math.max(to, last?.to ?? to) };
    const slots = Math.ceil((joined.to - joined.from) / interval);
    if (last && (last.groups.size + 1) * SERIES_PER_CHUNK * slots <= MOST_VALUES) {
      Object.assign(last, joined);
      last.groups.add(group);
    } else passes.push({ from, to, groups: new Set([group]) });
  }
  return passes;
}
