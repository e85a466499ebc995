/** OOM kills of a group of version 1. The kernel counts each in the group of the process that it killed, and not in those above. */
import { existsSync } from "node:fs";
import { groupsFrom } from "./cgroup-tree";

/** Groups of one container or unit that are read. */
const MOST_GROUPS = 200;

export class TreeKills {
  /** Last counts by folder. */
  private seen = new Map<string, number>();
  /** Counts of groups that have been removed. */
  private past = 0;

  /** NaN where the kernel does not count them. `read` returns NaN for a group that has just been removed. */
  count(folder: string, read: (group: string) => number): number {
    const now = new Map<string, number>();
    for (const group of groupsFrom(folder, MOST_GROUPS)) {
      const kills = read(group);
      if (!Number.isNaN(kills)) now.set(group, kills);
    }
    for (const [group, before] of this.seen) {
      const kills = now.get(group);
      // One that could not be read, or has no place among so many, is counted as it was.
      if (kills === undefined && existsSync(group)) now.set(group, before);
      else if ((kills ?? 0) < before) this.past += before;
    }
    this.seen = now;
    if (now.size === 0) return Number.NaN;
    return [...now.values()].reduce((sum, kills) => sum + kills, this.past);
  }
}
