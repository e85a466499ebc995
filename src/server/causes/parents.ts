/** For new processes and zombies, blames their parents. Pure. */
import { type Cause, UNKNOWN_CAUSE } from "~/domain/contributor";
import type { Consumer } from "~/domain/process";
import { contributorOf, type Judged, judged } from "./contributor-of";
import { nameOf, type Part, programParts } from "./contributors";
import { coveredSeconds } from "./presence";

interface Parents {
  counts: ReadonlyMap<number, number>;
  measure: "forks" | "zombies";
  changeOf?: (pid: number, value: number) => number;
}

/** The parents that a count by pid blames: each by itself, or those of one program together where each has little. */
function parentsBy(now: readonly Consumer[], { counts, measure, changeOf }: Parents): Cause {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (all <= 0) return UNKNOWN_CAUSE;
  const of = ({ pid }: Consumer) => counts.get(pid) ?? 0;
  const told = (part: Part) => {
    const change = changeOf ? part.members.reduce((sum, one) => sum + changeOf(one.pid, of(one)), 0) : null;
    return contributorOf(part, { measure, share: part.value / all, value: part.value, unit: "{process}", change });
  };
  const parents = now.filter(({ pid }) => pid !== 0 && counts.has(pid));
  const programs = programParts(parents, of).map(told);
  const facts: Judged = {
    users: parents.length,
    explained: parents.reduce((sum, one) => sum + of(one), 0) / all,
    programs: (count) => programs.slice(0, count),
  };
  const alone = parents
    .map((head) => told({ head, kind: "process", name: nameOf(head), startedBy: null, members: [head], value: of(head) }))
    .sort((a, b) => b.value - a.value || (a.pid ?? 0) - (b.pid ?? 0));
  const cause = judged(alone, facts);
  return cause.refusal === null ? cause : judged(programs, facts);
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
