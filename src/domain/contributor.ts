/** Who explains a measure, and how much of it. */
import { formatText } from "./format-value";

/**
 * What belongs together: a process; a tree with everything below its head; the processes of a program; a unit of systemd; a container;
 * what one login or job runner started; what the kernel did itself; what the hypervisor took for others.
 */
export const CONTRIBUTOR_KINDS = ["process", "tree", "program", "unit", "container", "session", "kernel", "hypervisor"] as const;
export type ContributorKind = (typeof CONTRIBUTOR_KINDS)[number];

/** What is summed, and how its share is said: "78% of the CPU". */
export const MEASURES = {
  cpu: "of the CPU",
  load: "of the load",
  memory: "of the memory",
  growth: "of the memory growth",
  swap: "of the swap space",
  io: "of the disk I/O",
  writes: "of the data written",
  network: "of the network traffic",
  forks: "of the processes started",
  processes: "of the processes",
  zombies: "of the zombies",
  connections: "of the connections",
  descriptors: "of the open files",
  pressure: "of the pressure",
} as const;
export type MeasureName = keyof typeof MEASURES;

export interface Contributor {
  kind: ContributorKind;
  /** As a person calls it: `npm test`, `python3 backup.py`, `nginx`, the name of a container. */
  name: string;
  /** Of the head of a tree, the process, or the largest process of the others; null for what is no process. */
  pid: number | null;
  startedAt: number | null;
  /** Program and script, without arguments. */
  command: string;
  user: string;
  parentPid: number | null;
  /** `ann in tmux`, `cron`; null when it is not known or says nothing. */
  startedBy: string | null;
  processes: number;
  measure: MeasureName;
  /** Mean over the time that is explained: cores, bytes, bytes per second, processes. */
  value: number;
  unit: string;
  /** Difference from the time before; null when that is unknown. */
  change: number | null;
  /** Of all that the measure counts, 0..1. */
  share: number;
  /** What else is known of it, each a sentence: files that it writes, connections, how long it waits. */
  evidence: string[];
}

/** What explains a measure. */
export interface Cause {
  contributors: Contributor[];
  /** What the contributors, and what is too small to be told, explain of the whole: 0..1. Null when the whole is unknown. */
  coverage: number | null;
  /** Why nobody is named as the cause; null when somebody is. The contributors are then those that have most. */
  refusal: string | null;
}

export const NOTHING_KEPT = "unknown: no process data is stored for that time";

export const UNKNOWN_CAUSE: Cause = { contributors: [], coverage: null, refusal: null };

/** Who it is: "npm test (pid 9040, started by ann in tmux), 214 processes". */
export function whoText({
  name,
  pid,
  user,
  startedBy,
  processes,
  kind,
}: Pick<Contributor, "name" | "pid" | "user" | "startedBy" | "processes" | "kind">): string {
  const by = startedBy ? `started by ${startedBy}` : user;
  const about = pid === null ? "" : ` (${[kind === "program" ? "" : `pid ${pid}`, by].filter(Boolean).join(", ")})`;
  return `${name}${about}${processes > 1 ? `, ${processes} processes` : ""}`;
}

export function percentText(share: number): string {
  return formatText(share, "1");
}

/** "78% of the CPU" */
export function shareText({ share, measure }: Pick<Contributor, "share" | "measure">): string {
  return `${percentText(share)} ${MEASURES[measure]}`;
}

const COUNTED: Readonly<Record<string, string>> = {
  "{cpu}": "cores",
  "{process}": "processes",
  "{connection}": "connections",
  "{fd}": "files",
};

/** "1.6 cores", "1 core", "4.1 GiB/s", "1.7k processes" */
export function amountText(value: number, unit: string): string {
  if (unit === "{cpu}") {
    const cores = Number(value.toPrecision(2));
    return cores === 1 ? "1 core" : `${cores} cores`;
  }
  const counted = COUNTED[unit];
  return counted === undefined ? formatText(value, unit) : `${formatText(value, unit)} ${counted}`;
}

/** How much the contributors explain, or why nobody is named; null when there is nothing to say. */
export function coverageText({ cause: [first], coverage, refusal }: Told & Pick<Cause, "coverage">): string | null {
  if (refusal !== null || coverage === null || !first) return refusal;
  return `together: ${percentText(Math.min(1, coverage))} ${MEASURES[first.measure]}`;
}

/** As in the API, the stream and the pages: times in ISO 8601. */
export function contributorAnswer(contributor: Contributor) {
  const { startedAt } = contributor;
  return { ...contributor, startedAt: startedAt === null ? null : new Date(startedAt).toISOString() };
}

type Told = Pick<Cause, "refusal"> & { cause: readonly Pick<Contributor, "name" | "share" | "measure">[] };

/** A cause in a few words: "npm test 78%", or why there is none; null when there is nothing to say. */
export function causeText({ cause: [first], refusal }: Told): string | null {
  return refusal ?? (first ? `${first.name} ${percentText(first.share)}` : null);
}
