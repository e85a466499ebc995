/** Contributors of parts, and whether they are called the cause. Pure. */
import { programAndScript } from "~/domain/command-line";
import { type Cause, type Contributor, percentText } from "~/domain/contributor";
import { LARGE, type Part } from "./contributors";

const SHOWN = 5;
/** Of those that are named although nobody is the cause. */
const SHOWN_OF_MANY = 3;
/** Below it nobody is called the cause. */
const LEAST_COVERAGE = 0.5;
export type Amounts = Pick<Contributor, "measure" | "unit" | "value" | "share" | "change">;

export function contributorOf({ head, kind, name, startedBy, members }: Omit<Part, "value">, amounts: Amounts): Contributor {
  const { pid, startedAt, command, user, parentPid } = head;
  return {
    kind,
    name,
    // Of a row of several processes none is known.
    pid: pid || null,
    startedAt: pid ? startedAt : null,
    command: programAndScript(command),
    user,
    parentPid,
    startedBy,
    processes: members.reduce((sum, one) => sum + (one.processes ?? 1), 0),
    ...amounts,
    evidence: [],
  };
}

export function ofNobody({ name, kind }: { name: string; kind: "kernel" | "hypervisor" }, amounts: Amounts): Contributor {
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

export interface Judged {
  /** How many processes have some of it. */
  users: number;
  /** What is not told as it is too small included, 0..1. */
  explained: number;
  /** Those that have most. */
  programs: (count: number) => Contributor[];
}

/** Names the first few, or says that it is nobody in particular and names the programs that have most. */
export function judged(contributors: readonly Contributor[], { users, explained, programs }: Judged): Cause {
  const shown = contributors.slice(0, SHOWN);
  const coverage = sharesOf(shown);
  const most = Math.max(0, ...contributors.map(({ share }) => share));
  if (coverage >= LEAST_COVERAGE && most >= LARGE) return { contributors: shown, coverage, refusal: null };
  const many = programs(SHOWN_OF_MANY);
  const refusal =
    explained < LEAST_COVERAGE
      ? `processes account for only ${percentText(explained)} of it`
      : `spread over ${users} processes, none above ${percentText(Math.max(most, 0.01))}`;
  return { contributors: many, coverage: sharesOf(many), refusal };
}

export const sharesOf = (contributors: readonly Contributor[]) => contributors.reduce((sum, { share }) => sum + share, 0);
