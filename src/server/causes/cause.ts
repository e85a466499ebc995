/** Finds who explains a metric, from what processes did in a stretch of time and in the minutes before it. Pure. */
import { type Cause, type Contributor, UNKNOWN_CAUSE } from "~/domain/contributor";
import type { Span } from "~/domain/explanation";
import type { GroupPressure } from "~/domain/group-pressure";
import { type Consumer, isSameProcess } from "~/domain/process";
import type { Labels } from "~/domain/sample";
import { type Amounts, contributorOf, judged, ofNobody } from "./contributor-of";
import { type Part, partsOf, programParts } from "./contributors";
import { type LiveFacts, ofConnections, ofFiles, ofNetwork, ofPressure, withPressure } from "./live";
import { explainedBy, MEMORY, type Measure, privateBytes, type Readings, WRITES } from "./measures";
import { parentsOfNew, parentsOfZombies } from "./parents";
import { coveredSeconds, endsIn } from "./presence";
import { predecessorsOf } from "./successors";

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

/** Growth of the memory in use from which on it is explained by what grew. */
const GREW = 0.05;

export interface CauseQuestion {
  metric: string;
  labels: Labels;
  /** Epoch milliseconds. */
  from: number;
  to: number;
  /** How long before `from` the readings and processes of the time before begin. */
  baselineMs: number;
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
  /** What was seen just now, when the stretch ends now. */
  live?: LiveFacts | undefined;
}

export function causeOf(question: CauseQuestion, facts: CauseFacts): Cause {
  const { metric, labels, from } = question;
  const { now, live } = facts;
  const explained = explainedBy(metric, labels, facts.declared);
  switch (explained.by) {
    case "nothing":
      return { ...UNKNOWN_CAUSE, refusal: `unknown: ${explained.reason}` };
    case "network":
      return ofNetwork(live?.sockets ?? [], now);
    case "connections":
      return live?.sockets
        ? ofConnections(live.sockets.filter(explained.counts), now, facts.readings(metric, labels))
        : { ...UNKNOWN_CAUSE, refusal: "unknown: the process of a connection can only be seen while it is open" };
    case "files":
      return filling(facts, question);
    case "forks":
      return parentsOfNew(facts, from);
    case "zombies":
      return parentsOfZombies(now);
    case "use": {
      const { within, measure, pressure, ifNone } = explained;
      if (pressure && live?.pressure) return waitingFor(measure, question, { ...facts, pressures: live.pressure });
      if (ifNone !== undefined && !now.some((one) => measure.of(one) > 0))
        return { ...UNKNOWN_CAUSE, refusal: `unknown: ${ifNone}` };
      if (!within) return ofUse(measure, question, facts);
      // Within a container its processes are told, not the container.
      const only = (consumers: readonly Consumer[]) => within(consumers).map(outside);
      return ofUse(measure, question, { ...facts, now: only(facts.now), before: only(facts.before) });
    }
  }
}

/** Who lets a mount grow. Without files that are seen to grow it is known only who writes most to any disk. */
function filling(facts: CauseFacts, question: CauseQuestion): Cause {
  const { from, to } = question;
  const { files, mountGrowth = 0 } = facts.live ?? {};
  const growth = Math.max(mountGrowth, storedGrowth(facts, question));
  const found = files && ofFiles({ files, growth, from, to }, facts.now);
  if (found) return found;
  const { contributors, coverage } = bySize(WRITES, {}, facts);
  const why = files ? "no file open for writing on it is growing" : "growing files can only be seen while they are growing";
  const most = contributors.length === 0 ? "" : "; these processes write the most to any disk";
  return { contributors, coverage, refusal: `unknown: ${why}${most}` };
}

/** Bytes per second by which a mount grew since the time before: others may write in bursts, between two looks at its files. */
function storedGrowth({ readings, readingsBefore }: CauseFacts, { labels, from, to, baselineMs }: CauseQuestion): number {
  const used = { ...labels, "system.filesystem.state": "used" };
  const [now, before] = [readings("system.filesystem.usage", used), readingsBefore("system.filesystem.usage", used)];
  // The means are those of the middle of either time.
  return now === null || before === null ? 0 : (now - before) / ((to - from + baselineMs) / 2000);
}

const outside = (consumer: Consumer): Consumer => ({ ...consumer, group: null });

/** The processes of the time before, by who they are and by what started them. */
class Earlier {
  private static readonly known = new WeakMap<readonly Consumer[], Earlier>();
  private readonly byPid: ReadonlyMap<number, readonly Consumer[]>;
  private readonly byParent: ReadonlyMap<number, readonly Consumer[]>;
  private replaced: { now: readonly Consumer[]; by: ReadonlyMap<Consumer, Consumer> } | null = null;

  private constructor(private readonly before: readonly Consumer[]) {
    this.byPid = Map.groupBy(before, ({ pid }) => pid);
    this.byParent = Map.groupBy(before, ({ parentPid }) => parentPid);
  }

  /** Whether a process began since, by splitting off one that was there: what it has resident is that one's, until either writes. */
  isForkOfKnown({ parentPid, name }: Consumer): boolean {
    return this.byPid.get(parentPid)?.some((parent) => parent.name === name) ?? false;
  }

  /** Made once for a list: an explanation asks by each measure, and hours have tens of thousands of processes. */
  static of(before: readonly Consumer[]): Earlier {
    const known = Earlier.known.get(before) ?? new Earlier(before);
    Earlier.known.set(before, known);
    return known;
  }

  find(consumer: Consumer): Consumer | undefined {
    return this.byPid.get(consumer.pid)?.findLast((one) => isSameProcess(one, consumer));
  }

  /** Those that are not among the processes since. */
  endedBefore(now: readonly Consumer[]): Consumer[] {
    const known = new Set(now.map((one) => this.find(one)));
    return this.before.filter((one) => !known.has(one));
  }

  /** Of the processes since, those that took the place of one that has ended. */
  private predecessors(now: readonly Consumer[]): ReadonlyMap<Consumer, Consumer> {
    if (this.replaced?.now !== now) {
      const fresh = now.filter((one) => !this.find(one));
      this.replaced = { now, by: predecessorsOf(fresh, this.endedBefore(now)) };
    }
    return this.replaced.by;
  }

  /**
   * What the same processes used, or those that they replace, and those below them that have ended since. A process by itself, and the
   * processes of a program, are told without what they started.
   */
  sum({ members, kind }: Pick<Part, "members" | "kind">, now: readonly Consumer[], of: Measure["of"]): number {
    const counted = new Set<Consumer>();
    const pids = new Set(members.map(({ pid }) => pid));
    const predecessors = this.predecessors(now);
    for (const member of members) {
      const known = this.find(member) ?? predecessors.get(member);
      if (known) counted.add(known);
    }
    if (kind === "process" || kind === "program") pids.clear();
    // Grows while it is walked through.
    for (const pid of pids) {
      for (const child of this.byParent.get(pid) ?? []) {
        counted.add(child);
        pids.add(child.pid);
      }
    }
    return [...counted].reduce((sum, one) => sum + of(one), 0);
  }
}

function ofUse(measure: Measure, question: CauseQuestion, facts: CauseFacts): Cause {
  const growth = measure === MEMORY ? growthOf(facts, question) : null;
  return growth ?? ofOtherDisks(measure, question.labels, facts) ?? bySize(measure, question.labels, facts);
}

/** Of all I/O: a disk that has less is not told by who reads and writes most. */
const MOST_IO = 0.8;

/** What a process reads and writes is counted for all disks together. Null where nearly all of it is on the disk that is asked for. */
function ofOtherDisks(measure: Measure, labels: Labels, facts: CauseFacts): Cause | null {
  const { "system.device": device, ...ofAll } = labels;
  if (measure.name !== "io" || device === undefined) return null;
  const [own, all] = [measure.whole(facts.readings, labels), measure.whole(facts.readings, ofAll)];
  const of = perSecond(measure, facts.now);
  const ofProcesses = facts.now.reduce((sum, one) => sum + of(one), 0);
  // A mirror's disks each have a part of the total, and all of what processes write.
  if (own === null || all === null || own >= MOST_IO * all || own >= MOST_IO * ofProcesses) return null;
  const why = "Linux does not count a process's I/O per disk, and others are busy too";
  return { ...bySize(measure, ofAll, facts), refusal: `unknown: ${why}; these processes have the most I/O on any disk` };
}

/** Memory, with what several processes share divided among them where that is known. */
function proportionalMemory(memory: LiveFacts["memory"]): Measure {
  if (!memory) return MEMORY;
  return {
    ...MEMORY,
    of: (one) => Math.min(privateBytes(one), memory.get(one.pid)?.proportionalBytes ?? Number.POSITIVE_INFINITY),
  };
}

/**
 * Pressure is explained by those who use the most. Who waits for memory although none grew is short of its own limit: there it is
 * explained by those who wait.
 */
function waitingFor(
  measure: Measure,
  span: Span,
  { pressures, ...facts }: CauseFacts & { pressures: readonly GroupPressure[] },
): Cause {
  const growth = measure === MEMORY ? growthOf(facts, span) : null;
  const waiting = measure === MEMORY && growth === null ? ofPressure(pressures, facts.now) : null;
  return waiting ?? withPressure(growth ?? bySize(measure, {}, facts), pressures, facts.now);
}

const sumOf = (contributors: readonly Contributor[]) => contributors.reduce((sum, { value }) => sum + value, 0);

/** A rate is one over the time for which there are readings: a process that ran for a second of a minute had a second. */
function perSecond({ of, isRate }: Measure, consumers: readonly Consumer[]): Measure["of"] {
  const seconds = coveredSeconds(consumers);
  if (!isRate) return of;
  return seconds > 0 ? (one) => of(one) / seconds : () => 0;
}

function bySize(asked: Measure, labels: Labels, { now, before, readings, readingsBefore, live }: CauseFacts): Cause {
  const measure = asked === MEMORY ? proportionalMemory(live?.memory) : asked;
  const { name, unit } = measure;
  const of = perSecond(measure, now);
  const ofProcesses = now.reduce((sum, consumer) => sum + of(consumer), 0);
  const others = measure.others(readings).filter(({ value }) => value > 0);
  // Processes and kernel are counted at slightly different moments: the whole is never less than its parts.
  const whole = Math.max(ofProcesses, measure.whole(readings, labels) ?? 0);
  if (whole <= 0) return UNKNOWN_CAUSE;
  const amountsOf = (value: number): Amounts => ({ measure: name, unit, value, share: value / whole, change: null });
  // Of what a process did the kernel may have counted a part twice: as its own and as the process'.
  let left = whole - ofProcesses;
  const othersBefore = new Map(measure.others(readingsBefore).map((other) => [other.name, other.value]));
  const unowned = others.flatMap((other) => {
    const value = Math.min(other.value, left);
    left -= value;
    const change = before.length === 0 ? null : other.value - (othersBefore.get(other.name) ?? 0);
    return value >= 0.01 * whole ? [ofNobody(other, { measure: name, unit, value, share: value / whole, change })] : [];
  });
  const parts = new Map<Contributor, Part>();
  const told = (part: Part) => {
    const contributor = contributorOf(part, amountsOf(part.value));
    parts.set(contributor, part);
    return contributor;
  };
  const contributors = [...partsOf(now, of).map(told), ...unowned].sort((a, b) => b.value - a.value);
  const users = now.filter((one) => of(one) > 0).length;
  const cause = judged(contributors, {
    users,
    explained: (ofProcesses + sumOf(unowned)) / whole,
    programs: (count) => programParts(now, of).slice(0, count).map(told),
  });
  if (before.length === 0) return cause;
  // Of those that are shown: to find what hundreds of others did before takes long.
  const earlier = Earlier.of(before);
  const ofBefore = perSecond(measure, before);
  const changed = cause.contributors.map((one) => {
    const part = parts.get(one);
    return part ? { ...one, change: one.value - earlier.sum(part, now, ofBefore) } : one;
  });
  return { ...cause, contributors: changed };
}

/** What a new process added to the memory in use. */
function newBytes(one: Consumer, earlier: Earlier, memory: LiveFacts["memory"]): number {
  const own = memory?.get(one.pid);
  const most = privateBytes(one);
  if (!own) return most;
  return Math.min(most, earlier.isForkOfKnown(one) ? own.unsharedBytes : own.proportionalBytes);
}

/** Memory by what grew, where it grew at all; null where it did not. */
function growthOf({ now, before, readings, readingsBefore, live }: CauseFacts, span: Span): Cause | null {
  if (before.length === 0) return null;
  const earlier = Earlier.of(before);
  const isNew = (one: Consumer) => earlier.find(one) === undefined;
  const endOf = endsIn(now, span);
  const ended = now.filter((one) => !isNew(one) && endOf(one) !== null);
  // What takes the place of another uses what that one freed.
  const predecessors = predecessorsOf(now.filter(isNew), [...earlier.endedBefore(now), ...ended]);
  const bytesBefore = (one: Consumer) => {
    const other = earlier.find(one) ?? predecessors.get(one);
    return other ? privateBytes(other) : 0;
  };
  const growths = new Map(
    now.map((one) => {
      const bytes = isNew(one) ? newBytes(one, earlier, live?.memory) : privateBytes(one);
      return [one, Math.max(0, bytes - bytesBefore(one))];
    }),
  );
  const grown = (one: Consumer) => growths.get(one) ?? 0;
  const ofProcesses = now.reduce((sum, one) => sum + grown(one), 0);
  const [used, usedBefore] = [MEMORY.whole(readings, {}), MEMORY.whole(readingsBefore, {})];
  const inUse = used ?? now.reduce((sum, one) => sum + privateBytes(one), 0);
  const increase = used === null || usedBefore === null ? null : used - usedBefore;
  if (Math.min(ofProcesses, increase ?? ofProcesses) < GREW * inUse) return null;
  const whole = Math.max(ofProcesses, increase ?? 0);
  const amountsOf = (members: readonly Consumer[], change: number): Amounts => {
    const value = members.reduce((sum, one) => sum + privateBytes(one), 0);
    return { measure: "growth", unit: "By", value, share: change / whole, change };
  };
  const contributors = partsOf(now, grown, { tellsWorkers: true }).map((part) =>
    contributorOf(part, amountsOf(part.members, part.value)),
  );
  return judged(contributors, {
    users: now.filter((one) => grown(one) > 0).length,
    explained: ofProcesses / whole,
    programs: (count) =>
      programParts(now, grown)
        .slice(0, count)
        .map((part) => contributorOf(part, amountsOf(part.members, part.value))),
  });
}
