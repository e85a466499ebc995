/** For new processes and zombies, blames their parents. Pure. */
import { personalName } from "~/domain/command-line";
import { type Cause, UNKNOWN_CAUSE } from "~/domain/contributor";
import type { Consumer } from "~/domain/process";
import { contributorOf, SHOWN, sharesOf } from "./contributor-of";
import { coveredSeconds } from "./presence";

interface Parents {
  counts: ReadonlyMap<number, number>;
  measure: "forks" | "zombies";
  changeOf?: (pid: number, value: number) => number;
}

/** The parents that a count by pid blames. */
function parentsBy(now: readonly Consumer[], { counts, measure, changeOf }: Parents): Cause {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (all <= 0) return UNKNOWN_CAUSE;
  const contributors = now
    .filter(({ pid }) => counts.has(pid))
    .map((parent) => {
      const value = counts.get(parent.pid) ?? 0;
      const part = { head: parent, kind: "process", name: personalName(parent), startedBy: null, members: [parent] } as const;
      return contributorOf(part, {
        measure,
        share: value / all,
        value,
        unit: "{process}",
        change: changeOf?.(parent.pid, value) ?? null,
      });
    })
    .sort((a, b) => b.value - a.value || (a.pid ?? 0) - (b.pid ?? 0));
  const shown = contributors.slice(0, SHOWN);
  return { contributors: shown, coverage: sharesOf(shown), refusal: null };
}

/** By pid of the parent: children started since `from`, and those that ended before they were seen. */
function startedBy(consumers: readonly Consumer[], from: number): Map<number, number> {
  const counts = new Map<number, number>();
  const add = (pid: number, count: number) => counts.set(pid, (counts.get(pid) ?? 0) + count);
  for (const { pid, parentPid, startedAt, shortLived } of consumers) {
    if (startedAt >= from) add(parentPid, 1);
    if (shortLived > 0) add(pid, Math.round(shortLived));
  }
  return counts;
}

interface ProcessFacts {
  now: readonly Consumer[];
  before: readonly Consumer[];
}

/** For new processes, blames the parents, with how many more they started than before in as long a time. */
export function parentsOfNew({ now, before }: ProcessFacts, from: number): Cause {
  const [seconds, secondsBefore] = [coveredSeconds(now), coveredSeconds(before)];
  const earlier = startedBy(before, from - 1000 * secondsBefore);
  const changeOf = (pid: number, value: number) => value - ((earlier.get(pid) ?? 0) * seconds) / secondsBefore;
  return parentsBy(now, {
    counts: startedBy(now, from),
    measure: "forks",
    ...(secondsBefore > 0 && { changeOf }),
  });
}

/** For zombies, blames the parents, which do not wait for their children. */
export function parentsOfZombies(now: readonly Consumer[]): Cause {
  const counts = new Map<number, number>();
  for (const { state, parentPid } of now) if (state === "defunct") counts.set(parentPid, (counts.get(parentPid) ?? 0) + 1);
  return parentsBy(now, { counts, measure: "zombies" });
}
