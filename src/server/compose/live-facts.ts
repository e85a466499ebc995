/** Looks at what can only be seen while it happens, for the metrics that it explains. */
import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { OwnMemory } from "~/domain/own-memory";
import type { Labels } from "~/domain/sample";
import type { LiveFacts } from "../causes/live";
import { explainedBy, MEMORY } from "../causes/measures";
import { readGroupPressure } from "../collectors/group-pressure";
import { readMemoryMaps } from "../collectors/memory-maps";
import { filesWrittenOn } from "../collectors/open-files";
import { readSocketUse } from "../collectors/socket-owners";
import type { Roots } from "../roots";
import { runInSlices } from "../slices";
import type { ProcessTable } from "../store/processes/process-table";

const BETWEEN_LOOKS_MS = 1000;
/** Those that write most, and others, whose writes to memory are not counted. */
const MOST_WRITERS = 400;
/** The kernel walks their pages one after another. */
const LARGEST = 20;
/** A stretch that ends as long ago is past. */
const IS_NOW_MS = 10_000;

export type LookLive = (series: { metric: string; labels: Labels }, at: number, now: number) => Promise<LiveFacts | undefined>;

/** Undefined when there is nothing to see: another metric, or another time than now. */
export function liveFactsOf(roots: Roots, processes: Pick<ProcessTable, "top">): LookLive {
  const hasProc = existsSync(roots.proc);
  return async ({ metric, labels }, at, now) => {
    if (!hasProc || Math.abs(now - at) > IS_NOW_MS) return undefined;
    const explained = explainedBy(metric, labels);
    const { by } = explained;
    if (by === "use") {
      const { pressure, measure } = explained;
      if (!pressure && measure !== MEMORY) return undefined;
      return {
        ...(pressure && { pressure: await runInSlices(readGroupPressure(roots, pressure)) }),
        ...(measure === MEMORY && { memory: await ownMemoryOf(roots, processes.top("memory", LARGEST)) }),
      };
    }
    if (by === "network" || by === "connections") return { sockets: await runInSlices(readSocketUse(roots)) };
    const mountpoint = labels["system.filesystem.mountpoint"];
    if (by !== "files" || mountpoint === undefined) return undefined;
    const seen = await filesWrittenOn(roots, {
      mountpoint,
      pids: processes.top("io", MOST_WRITERS).map(({ pid }) => pid),
      run: (work) => runInSlices(work),
      pause: () => wait(BETWEEN_LOOKS_MS),
    });
    return seen ?? undefined;
  };
}

/** Those that may not be read, or have ended, are not in the answer. */
async function ownMemoryOf(roots: Roots, largest: readonly { pid: number }[]): Promise<Map<number, OwnMemory>> {
  const found = new Map<number, OwnMemory>();
  for (const { pid } of largest) {
    const own = await readMemoryMaps(roots, pid).catch(() => null);
    if (own) found.set(pid, own);
  }
  return found;
}
