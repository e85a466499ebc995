/**
 * The parts of the process forest that explain a load, each at the level where one name explains most: a process, a tree with everything below
 * it, the processes of one program, a unit, a container, what one login or job runner started. Pure.
 *
 * From the root the search goes down while one child holds at least four fifths of what its parent has, and stops where it spreads: that is
 * told, by the name of the command that was started together with it. Each child that holds a fifth of the whole is searched anew; of what
 * belongs to no tree the processes of one program belong together.
 */
import { personalName } from "~/domain/command-line";
import type { ContributorKind } from "~/domain/contributor";
import type { Consumer } from "~/domain/process";
import { shownUnitName } from "~/domain/unit-name";
import { everyoneIn, forestOf, type Measured, type Node } from "./forest";
import { isStarter, startedByOf } from "./starters";

const HOLDS = 0.8;
/** Of the whole: what holds as much is worth a name of its own. */
export const LARGE = 0.2;
/** Below it a part is not worth a name. */
const LEAST = 0.01;
const INIT = 1;

export interface Part {
  /** The head of a tree, the process itself, or the largest process of the others. */
  head: Consumer;
  kind: Exclude<ContributorKind, "kernel" | "hypervisor">;
  /** A container's is its group, as `docker 3f2a91c07d44`. */
  name: string;
  startedBy: string | null;
  members: readonly Consumer[];
  /** What the members used together. */
  value: number;
}

/** A command and what it starts at once. */
const TOGETHER_MS = 10_000;

interface Found extends Required<PartOptions> {
  whole: number;
  of: Measured;
  parts: Part[];
  /** Processes that no tree explains. */
  loose: Node[];
  /** Trees that are still to be explained. */
  trees: Node[];
}

export interface PartOptions {
  /** A worker that holds four fifths of its pool is told by itself: of memory that leaks, which worker it is matters. */
  tellsWorkers?: boolean;
}

/** Largest first; what is below a hundredth of the whole is left out. */
export function partsOf(consumers: readonly Consumer[], of: Measured, { tellsWorkers = false }: PartOptions = {}): Part[] {
  const { contained, others } = byContainer(consumers);
  const roots = forestOf(others, of);
  const inContainers = [...contained].map(([group, members]) => containerPart(group, members, of));
  const whole = [...roots.map(({ sum }) => sum), ...inContainers.map(({ value }) => value)].reduce((a, b) => a + b, 0);
  if (whole <= 0) return [];
  const found: Found = { whole, of, tellsWorkers, parts: inContainers, loose: [], trees: roots.toReversed() };
  for (let tree = found.trees.pop(); tree; tree = found.trees.pop()) explainTree(tree, found);
  found.parts.push(...programsOf(found.loose, of));
  return mergedSmall(found)
    .filter(({ value }) => value >= LEAST * whole)
    .sort((a, b) => b.value - a.value || a.head.pid - b.head.pid);
}

/** The processes of each program and user, most first. */
export function programParts(consumers: readonly Consumer[], of: Measured): Part[] {
  return programsOf(
    forestOf(consumers, of).flatMap((root) => [...everyoneIn(root)]),
    of,
  ).sort((a, b) => b.value - a.value);
}

const isContainer = (group: string | null): group is string => group !== null && !group.endsWith(".service");

/** A container is told as a whole. When this machine itself is one, its processes are told one by one. */
function byContainer(consumers: readonly Consumer[]) {
  const own = consumers.find(({ pid }) => pid === INIT)?.group ?? null;
  const contained = new Map<string, Consumer[]>();
  const others: Consumer[] = [];
  for (const consumer of consumers) {
    const { group } = consumer;
    if (!isContainer(group) || group === own) others.push(consumer);
    else {
      const members = contained.get(group);
      if (members) members.push(consumer);
      else contained.set(group, [consumer]);
    }
  }
  // The same list has the same forest.
  return { contained, others: contained.size === 0 ? consumers : others };
}

/** Each measure of an explanation asks for the names of the same processes. */
const names = new WeakMap<Consumer, string>();

export function nameOf(consumer: Consumer): string {
  const known = names.get(consumer);
  if (known !== undefined) return known;
  const name = personalName(consumer);
  names.set(consumer, name);
  return name;
}

function largestOf(members: readonly Consumer[], of: Measured): Consumer {
  return members.reduce((most, one) => {
    const more = of(one) - of(most);
    return more > 0 || (more === 0 && one.pid < most.pid) ? one : most;
  });
}

const sumOf = (members: readonly Consumer[], of: Measured) => members.reduce((sum, one) => sum + of(one), 0);

function containerPart(group: string, members: Consumer[], of: Measured): Part {
  const head = largestOf(members, of);
  return { head, kind: "container", name: group, startedBy: null, members, value: sumOf(members, of) };
}

/** A row without a pid is that of a program's processes. */
const kindOfOne = ({ pid }: Consumer) => (pid === 0 ? ("program" as const) : ("process" as const));

function treePart(node: Node, members: readonly Consumer[], value: number): Part {
  const { consumer, gathers } = node;
  if (gathers === "unit" && consumer.group)
    return { head: consumer, kind: "unit", name: shownUnitName(consumer.group), startedBy: null, members, value };
  const kind = members.length === 1 ? kindOfOne(consumer) : gathers === "session" ? "session" : "tree";
  return { head: consumer, kind, name: nameOf(consumer), startedBy: startedByOf(node), members, value };
}

function explainTree(root: Node, found: Found): void {
  /** From the root to where it spreads. */
  const path = [root];
  for (let node = root; ; ) {
    const heir = node.sum > 0 ? node.children.find(({ sum }) => sum >= HOLDS * node.sum) : undefined;
    if (!heir) break;
    path.push(heir);
    node = heir;
  }
  const place = placeOfName(path, found);
  const named = path[place];
  const spreading = path.at(-1) as Node;
  if (!named && startsMuch(spreading, found)) {
    // What the others on the way used is theirs.
    for (const [index, node] of path.slice(0, -1).entries()) standApart(node, path[index + 1] ?? null, found);
    found.parts.push(asStarter(spreading));
    return;
  }
  for (const [index, node] of path.slice(0, place).entries()) standApart(node, path[index + 1] ?? null, found);
  if (!named) return;
  const large = spreading.children.filter(({ sum }) => sum >= LARGE * found.whole);
  // What a unit does is told as the unit's.
  const own = named.gathers === "unit" ? [] : large.filter((child) => standsAlone(child, large, named));
  found.trees.push(...own);
  const taken = new Set(own.flatMap((child) => [...everyoneIn(child)].map(({ consumer }) => consumer)));
  const members = [...everyoneIn(named)].map(({ consumer }) => consumer).filter((one) => !taken.has(one));
  found.parts.push(treePart(named, members, named.sum - own.reduce((sum, { sum: one }) => sum + one, 0)));
}

/** A job runner or login that is much together, while nothing that it started is: a burst of cron. */
function startsMuch(spreading: Node, { whole }: Found): boolean {
  if (spreading.consumer.pid === INIT || spreading.parent === null || spreading.sum < LARGE * whole) return false;
  const programs = Map.groupBy(spreading.children, (child) => nameOf(heirOf(child).consumer));
  return ![...programs.values()].some((nodes) => nodes.reduce((sum, one) => sum + one.sum, 0) >= LARGE * whole);
}

/** Below shells that only wait, what they wait for. */
function heirOf(node: Node): Node {
  let heir = node;
  while (isStarter(heir)) {
    const next = heir.children.find(({ sum }) => sum >= HOLDS * heir.sum);
    if (!next) break;
    heir = next;
  }
  return heir;
}

function asStarter(node: Node): Part {
  const { consumer, sum } = node;
  const members = [...everyoneIn(node)].map((one) => one.consumer);
  const kind = consumer.group ? "unit" : "session";
  const name = consumer.group ? shownUnitName(consumer.group) : (startedByOf(node, true) ?? nameOf(consumer));
  return { head: consumer, kind, name, startedBy: null, members, value: sum };
}

/**
 * Whose name a person would use: that of the process where it spreads, or of the command that was started together with it, such as `npm test`
 * of its runner. The length of the path when all of it are starters.
 */
function placeOfName(path: readonly Node[], { tellsWorkers }: PartOptions): number {
  let place = path.length - 1;
  if (isStarter(path[place] as Node)) return path.length;
  for (; place > 0; place--) {
    const [parent, child] = [path[place - 1] as Node, path[place] as Node];
    const isWrapper = isStarter(parent) && place > 1 && !isStarter(path[place - 2] as Node);
    if (isStarter(parent) && !isWrapper) break;
    if (tellsWorkers && isWorker(child, parent)) break;
    if (isDetached(child, parent)) break;
    if (child.isAdopted || child.consumer.startedAt - parent.consumer.startedAt > TOGETHER_MS) break;
  }
  while (isStarter(path[place] as Node)) place++;
  return place;
}

/** It leads a session of its own: a daemon, or what a runner keeps apart from itself. */
function isDetached({ consumer: child }: Node, { consumer: parent }: Node): boolean {
  return child.sessionId === child.pid && parent.sessionId !== child.sessionId;
}

/** One of several of one program, or of its parent's. */
function isWorker(child: Node, parent: Node): boolean {
  const names = [child.consumer.name, parent.consumer.name];
  return parent.children.some((one) => one !== child && names.includes(one.consumer.name));
}

/** A large child is told by its own name, unless it is a worker: one of several, or of the same program as its tree. */
function standsAlone({ consumer: { name } }: Node, siblings: readonly Node[], head: Node): boolean {
  return name !== head.consumer.name && siblings.filter((one) => one.consumer.name === name).length === 1;
}

/** Below a starter everything but the heir stands for itself: a session is no cause. */
function standApart(node: Node, heir: Node | null, found: Found): void {
  found.loose.push(node);
  for (const child of node.children) {
    if (child === heir) continue;
    if (child.children.length > 0) found.trees.push(child);
    else found.loose.push(child);
  }
}

/** Processes of one program and user belong together. */
function programsOf(loose: readonly Node[], of: Measured): Part[] {
  const groups = Map.groupBy(loose, ({ consumer }) => `${nameOf(consumer)}\0${consumer.user}`);
  return [...groups.values()].map((nodes) => {
    const members = nodes.map(({ consumer }) => consumer);
    const head = largestOf(members, of);
    const kind = members.length === 1 ? kindOfOne(head) : "program";
    const node = nodes.find(({ consumer }) => consumer === head) as Node;
    return { head, kind, name: nameOf(head), startedBy: startedByOf(node), members, value: sumOf(members, of) };
  });
}

/** Small parts of one name and user are one: a program that was started again and again. */
function mergedSmall({ parts, whole }: Found): Part[] {
  const large = parts.filter(({ value, kind }) => value >= LARGE * whole || kind === "container" || kind === "unit");
  const small = parts.filter((part) => !large.includes(part));
  const groups = Map.groupBy(small, ({ name, head }) => `${name}\0${head.user}`);
  const merged = [...groups.values()].map((same) => {
    const [first, ...rest] = [...same].sort((a, b) => b.value - a.value || a.head.pid - b.head.pid) as [Part, ...Part[]];
    if (rest.length === 0) return first;
    const value = same.reduce((sum, part) => sum + part.value, 0);
    return { ...first, kind: "program" as const, members: same.flatMap(({ members }) => members), value };
  });
  return [...large, ...merged];
}
