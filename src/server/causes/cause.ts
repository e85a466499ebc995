/** Finds who explains a metric, from what processes did in a stretch of time and in the minutes before it. Pure. */
import { personalName, programAndScript } from "~/domain/command-line";
import { type Cause, type Contributor, type MeasureName, percentText, UNKNOWN_CAUSE } from "~/domain/contributor";
import type { Consumer } from "~/domain/process";
import type { Labels } from "~/domain/sample";
import { LARGE, type Part, partsOf, programParts } from "./contributors";
import { explainedBy, MEMORY, type Measure, privateBytes, type Readings } from "./measures";

/** An alert that fires for longer is explained by its last minutes. */
export const MOST_EXPLAINED_MS = 900_000;

/**
 * How far back the cause looks: the rule's window and how long its condition has to hold, from 5 s to 15 min; one minute for a rule without
 * either. The baseline before that is five times as long, from 1 to 5 min.
 */
export function causeWindowMs(windowSeconds: number, forSeconds = 0): number {
  return Math.min(MOST_EXPLAINED_MS, 1000 * Math.max(5, windowSeconds + forSeconds || 60));
}

export function baselineWindowMs(windowSeconds: number, forSeconds = 0): number {
  return Math.max(60_000, Math.min(300_000, 5 * causeWindowMs(windowSeconds, forSeconds)));
}

const SHOWN = 5;
/** Of those that are named although nobody is the cause. */
const SHOWN_OF_MANY = 3;
/** Below it nobody is called the cause. */
const LEAST_COVERAGE = 0.5;
/** Growth of the memory in use from which on it is explained by what grew. */
const GREW = 0.05;

export interface CauseQuestion {
  metric: string;
  labels: Labels;
  /** Epoch milliseconds. */
  from: number;
}

export interface CauseFacts {
  /** What the processes did since `from`. */
  now: readonly Consumer[];
  /** And in the minutes before; empty when nothing is known of them. */
  before: readonly Consumer[];
  readings: Readings;
  readingsBefore: Readings;
  /** What a custom metric says that it is explained by. */
  declared?: string | undefined;
}

export function causeOf({ metric, labels, from }: CauseQuestion, facts: CauseFacts): Cause {
  const explained = explainedBy(metric, labels, facts.declared);
  switch (explained.by) {
    case "nothing":
      return { ...UNKNOWN_CAUSE, refusal: `not known: ${explained.reason}` };
    case "network":
    case "connections":
      return { ...UNKNOWN_CAUSE, refusal: "not known: Linux does not count network traffic by process" };
    case "forks":
      return parentsOfNew(facts.now, from);
    case "zombies":
      return parentsOfZombies(facts.now);
    case "use": {
      const { within, measure } = explained;
      const only = (consumers: readonly Consumer[]) => (within ? consumers.filter(({ group }) => within(group)) : consumers);
      const inside = { ...facts, now: only(facts.now), before: only(facts.before) };
      // Within a container its processes are told, not the container.
      const own = within ? { ...inside, now: inside.now.map(outside), before: inside.before.map(outside) } : inside;
      return ofUse(measure, labels, own);
    }
  }
}

const outside = (consumer: Consumer): Consumer => ({ ...consumer, group: null });

const keyOf = ({ pid, startedAt }: Pick<Consumer, "pid" | "startedAt">) => `${pid} ${startedAt}`;

interface Amounts {
  measure: MeasureName;
  unit: string;
  value: number;
  share: number;
  change: number | null;
}

function contributorOf({ head, kind, name, startedBy, members }: Omit<Part, "value">, amounts: Amounts): Contributor {
  const { pid, startedAt, command, user, parentPid } = head;
  const isMany = members.length > 1 && (kind === "container" || kind === "unit");
  return {
    kind,
    name,
    pid,
    startedAt,
    command: programAndScript(command),
    user,
    parentPid,
    startedBy,
    processes: members.length,
    ...amounts,
    evidence: isMany ? [`most of it is ${personalName(head)} (pid ${pid})`] : [],
  };
}

/** What the same processes used before, and those below them that have ended since. */
function usedBefore(members: readonly Consumer[], before: readonly Consumer[], of: Measure["of"]): number {
  const keys = new Set(members.map(keyOf));
  const pids = new Set(members.map(({ pid }) => pid));
  let sum = 0;
  for (const consumer of [...before].sort((a, b) => a.startedAt - b.startedAt)) {
    if (!keys.has(keyOf(consumer)) && !pids.has(consumer.parentPid)) continue;
    pids.add(consumer.pid);
    sum += of(consumer);
  }
  return sum;
}

function ofUse(measure: Measure, labels: Labels, facts: CauseFacts): Cause {
  const growth = measure === MEMORY ? growthOf(facts) : null;
  return growth ?? bySize(measure, labels, facts);
}

function bySize(measure: Measure, labels: Labels, { now, before, readings }: CauseFacts): Cause {
  const { name, unit, of } = measure;
  const ofProcesses = now.reduce((sum, consumer) => sum + of(consumer), 0);
  const others = measure.others(readings).filter(({ value }) => value > 0);
  // Processes and kernel are counted at slightly different moments: the whole is never less than its parts.
  const whole = Math.max(ofProcesses, measure.whole(readings, labels) ?? 0);
  if (whole <= 0) return UNKNOWN_CAUSE;
  const amountsOf = (members: readonly Consumer[], value: number): Amounts => {
    const change = before.length === 0 ? null : value - usedBefore(members, before, of);
    return { measure: name, unit, value, share: value / whole, change };
  };
  // Of what a process did the kernel may have counted a part twice: as its own and as the process'.
  let left = whole - ofProcesses;
  const unowned = others.flatMap((other) => {
    const value = Math.min(other.value, left);
    left -= value;
    return value >= 0.01 * whole ? [ofNobody(other, { measure: name, unit, value, share: value / whole, change: null })] : [];
  });
  const parts = partsOf(now, of).map((part) => contributorOf(part, amountsOf(part.members, part.value)));
  const contributors = [...parts, ...unowned].sort((a, b) => b.value - a.value);
  const users = now.filter((one) => of(one) > 0).length;
  return judged(contributors, {
    users,
    programs: () => programParts(now, of).map((part) => contributorOf(part, amountsOf(part.members, part.value))),
  });
}

function ofNobody({ name, kind }: { name: string; kind: "kernel" | "hypervisor" }, amounts: Amounts): Contributor {
  return {
    kind,
    name,
    pid: null,
    startedAt: null,
    command: "",
    user: "",
    parentPid: null,
    startedBy: null,
    processes: 0,
    ...amounts,
    evidence: [],
  };
}

/** Memory by what grew, where it grew at all; null where it did not. */
function growthOf({ now, before, readings, readingsBefore }: CauseFacts): Cause | null {
  const earlier = new Map(before.map((consumer) => [keyOf(consumer), privateBytes(consumer)]));
  if (before.length === 0) return null;
  const grown = (one: Consumer) => Math.max(0, privateBytes(one) - (earlier.get(keyOf(one)) ?? 0));
  const ofProcesses = now.reduce((sum, one) => sum + grown(one), 0);
  const [used, usedBefore] = [MEMORY.whole(readings, {}), MEMORY.whole(readingsBefore, {})];
  const inUse = used ?? now.reduce((sum, one) => sum + privateBytes(one), 0);
  if (ofProcesses < GREW * inUse) return null;
  const whole = Math.max(ofProcesses, used !== null && usedBefore !== null ? used - usedBefore : 0);
  const amountsOf = (members: readonly Consumer[], change: number): Amounts => {
    const value = members.reduce((sum, one) => sum + privateBytes(one), 0);
    return { measure: "growth", unit: "By", value, share: change / whole, change };
  };
  const contributors = partsOf(now, grown).map((part) => contributorOf(part, amountsOf(part.members, part.value)));
  return judged(contributors, {
    users: now.filter((one) => grown(one) > 0).length,
    programs: () => programParts(now, grown).map((part) => contributorOf(part, amountsOf(part.members, part.value))),
  });
}

/** Names the first few, or says that it is nobody in particular and names the programs that have most. */
function judged(
  contributors: readonly Contributor[],
  { users, programs }: { users: number; programs: () => Contributor[] },
): Cause {
  const shown = contributors.slice(0, SHOWN);
  const coverage = sharesOf(shown);
  const most = Math.max(0, ...contributors.map(({ share }) => share));
  if (coverage >= LEAST_COVERAGE && most >= LARGE) return { contributors: shown, coverage, refusal: null };
  const many = programs().slice(0, SHOWN_OF_MANY);
  const all = sharesOf(contributors);
  const refusal =
    all < LEAST_COVERAGE && most >= LARGE
      ? `processes explain only ${percentText(all)} of it`
      : `spread over ${users} processes, none above ${percentText(Math.max(most, 0.01))}`;
  return { contributors: many, coverage: sharesOf(many), refusal };
}

const sharesOf = (contributors: readonly Contributor[]) => contributors.reduce((sum, { share }) => sum + share, 0);

interface Parents {
  counts: ReadonlyMap<number, number>;
  measure: "forks" | "zombies";
}

/** The parents that a count by pid blames. */
function parentsBy(now: readonly Consumer[], { counts, measure }: Parents): Cause {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (all <= 0) return UNKNOWN_CAUSE;
  const contributors = now
    .filter(({ pid }) => counts.has(pid))
    .map((parent) => {
      const value = counts.get(parent.pid) ?? 0;
      const part = { head: parent, kind: "process", name: personalName(parent), startedBy: null, members: [parent] } as const;
      return contributorOf(part, { measure, share: value / all, value, unit: "{process}", change: null });
    })
    .sort((a, b) => b.value - a.value || (a.pid ?? 0) - (b.pid ?? 0));
  const shown = contributors.slice(0, SHOWN);
  return { contributors: shown, coverage: sharesOf(shown), refusal: null };
}

/** For new processes, blames the parents: counts children started since `from`, and those that ended before they were seen. */
function parentsOfNew(now: readonly Consumer[], from: number): Cause {
  const counts = new Map<number, number>();
  for (const { parentPid, startedAt } of now) if (startedAt >= from) counts.set(parentPid, (counts.get(parentPid) ?? 0) + 1);
  for (const { pid, shortLived } of now) if (shortLived > 0) counts.set(pid, (counts.get(pid) ?? 0) + Math.round(shortLived));
  return parentsBy(now, { counts, measure: "forks" });
}

/** For zombies, blames the parents, which do not wait for their children. */
function parentsOfZombies(now: readonly Consumer[]): Cause {
  const counts = new Map<number, number>();
  for (const { state, parentPid } of now) if (state === "defunct") counts.set(parentPid, (counts.get(parentPid) ?? 0) + 1);
  return parentsBy(now, { counts, measure: "zombies" });
}
