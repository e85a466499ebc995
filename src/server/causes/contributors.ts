/**
 * The parts of the process forest that explain a load, each at the level where one name explains most: a process, a tree with everything below
 * it, or the processes of one program. Pure.
 *
 * From the root the search goes down while one child holds at least four fifths of what its parent has, and stops where it spreads: that is
 * told, by the name of the command that was started together with it. Each child that holds a fifth of the whole is searched anew; of what
 * belongs to no tree the processes of one program belong together.
 */
import { programAndScript } from "~/domain/command-line";
import type { Consumer } from "~/domain/process";

const HOLDS = 0.8;
const LARGE = 0.2;
/** Below it a part is not worth a name. */
const LEAST = 0.01;

export interface Part {
  /** The head of a tree, the process itself, or the largest process of a program. */
  head: Consumer;
  kind: "process" | "tree" | "program";
  members: readonly Consumer[];
  /** What the members used together. */
  value: number;
}

/** A command and what it starts at once. */
const TOGETHER_MS = 10_000;

interface Node {
  consumer: Consumer;
  own: number;
  /** With everything below. */
  sum: number;
  children: Node[];
}

/** What starts the programs of people and units, and is not what they do. */
const STARTER =
  /^(?:systemd|init|sshd(?:-session)?|login|su|sudo|doas|tmux(?:: server)?|screen|SCREEN|cron|crond|atd|anacron|containerd-shim.*|conmon|dockerd|runc|crun|tini|dumb-init|s6-\w+|runsv|runsvdir|gnome-shell|gnome-terminal-|konsole|xterm|\(sd-pam\))$/;
const SHELL = /^-?(?:ba|da|z|k|fi|a)?sh$/;

/** A shell that runs a script is that script. */
function isStarter({ name, command }: Consumer): boolean {
  if (STARTER.test(name)) return true;
  return SHELL.test(name) && !programAndScript(command).includes(" ");
}

/** Parents before children; a process whose parent has gone is a root. */
function forestOf(consumers: readonly Consumer[], of: (consumer: Consumer) => number): Node[] {
  const nodes = new Map<number, Node>();
  for (const consumer of consumers) {
    // Of two processes that had one pid the later is the parent of what runs.
    const known = nodes.get(consumer.pid);
    if (known && known.consumer.startedAt > consumer.startedAt) continue;
    nodes.set(consumer.pid, { consumer, own: of(consumer), sum: 0, children: [] });
  }
  const earlier = consumers.filter((consumer) => nodes.get(consumer.pid)?.consumer !== consumer);
  const roots: Node[] = earlier.map((consumer) => ({ consumer, own: of(consumer), sum: 0, children: [] }));
  for (const node of nodes.values()) {
    const { pid, parentPid, startedAt } = node.consumer;
    const parent = parentPid === pid ? undefined : nodes.get(parentPid);
    // A pid that was used again is nobody's parent before it began.
    if (parent && parent.consumer.startedAt <= startedAt && !isBelow(parent, node, nodes)) parent.children.push(node);
    else roots.push(node);
  }
  for (const root of roots) sumUp(root);
  return roots;
}

/** Only damaged tables have cycles. */
function isBelow(from: Node, node: Node, nodes: ReadonlyMap<number, Node>): boolean {
  let current: Node | undefined = from;
  for (let steps = 0; current && steps <= nodes.size; steps++) {
    if (current === node) return true;
    current = current.consumer.parentPid === current.consumer.pid ? undefined : nodes.get(current.consumer.parentPid);
  }
  return current !== undefined;
}

function sumUp(node: Node): number {
  node.sum = node.own;
  for (const child of node.children) node.sum += sumUp(child);
  return node.sum;
}

function* everyoneIn(node: Node): Generator<Consumer> {
  yield node.consumer;
  for (const child of node.children) yield* everyoneIn(child);
}

/** Largest first; what is below a hundredth of the whole is left out. */
export function partsOf(consumers: readonly Consumer[], of: (consumer: Consumer) => number): Part[] {
  const roots = forestOf(consumers, of);
  const whole = roots.reduce((sum, { sum: one }) => sum + one, 0);
  if (whole <= 0) return [];
  const parts: Part[] = [];
  /** Processes that no tree explains. */
  const loose: Consumer[] = [];
  for (const root of roots) explainTree(root, { whole, parts, loose });
  parts.push(...programsOf(loose, of));
  return parts.filter(({ value }) => value >= LEAST * whole).sort((a, b) => b.value - a.value || a.head.pid - b.head.pid);
}

interface Found {
  whole: number;
  parts: Part[];
  loose: Consumer[];
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
  const place = placeOfName(path);
  // What the others on the way used is theirs.
  for (const [index, node] of path.slice(0, place).entries()) standApart(node, path[index + 1] ?? null, found);
  const named = path[place];
  if (!named) return;
  const spreading = path.at(-1) as Node;
  const large = spreading.children.filter(({ sum }) => sum >= LARGE * found.whole);
  const own = large.filter((child) => standsAlone(child, large, named));
  for (const child of own) explainTree(child, found);
  const taken = new Set(own.flatMap((child) => [...everyoneIn(child)]));
  const members = [...everyoneIn(named)].filter((one) => !taken.has(one));
  const value = named.sum - own.reduce((sum, { sum: one }) => sum + one, 0);
  found.parts.push({ head: named.consumer, kind: members.length === 1 ? "process" : "tree", members, value });
}

/**
 * Whose name a person would use: that of the process where it spreads, or of the command that was started together with it, such as `npm test`
 * of its runner. The length of the path when all of it are starters.
 */
function placeOfName(path: readonly Node[]): number {
  let place = path.length - 1;
  if (isStarter((path[place] as Node).consumer)) return path.length;
  for (; place > 0; place--) {
    const [parent, child] = [(path[place - 1] as Node).consumer, (path[place] as Node).consumer];
    const isWrapper = SHELL.test(parent.name) && place > 1;
    if (isStarter(parent) && !isWrapper) break;
    if (child.startedAt - parent.startedAt > TOGETHER_MS) break;
  }
  while (isStarter((path[place] as Node).consumer)) place++;
  return place;
}

/** A large child is told by its own name, unless it is a worker: one of several, or of the same program as its tree. */
function standsAlone({ consumer: { name } }: Node, siblings: readonly Node[], head: Node): boolean {
  return name !== head.consumer.name && siblings.filter((one) => one.consumer.name === name).length === 1;
}

/** Below a starter everything but the heir stands for itself: a session is no cause. */
function standApart(node: Node, heir: Node | null, found: Found): void {
  found.loose.push(node.consumer);
  for (const child of node.children) {
    if (child === heir) continue;
    if (child.children.length > 0) explainTree(child, found);
    else found.loose.push(child.consumer);
  }
}

/** Processes of one program and user belong together. */
function programsOf(loose: readonly Consumer[], of: (consumer: Consumer) => number): Part[] {
  const groups = Map.groupBy(loose, ({ name, user }) => `${name}\0${user}`);
  return [...groups.values()].map((members) => {
    const sorted = [...members].sort((a, b) => of(b) - of(a) || a.pid - b.pid);
    const value = members.reduce((sum, one) => sum + of(one), 0);
    return {
      head: sorted[0] as Consumer,
      kind: members.length === 1 ? ("process" as const) : ("program" as const),
      members,
      value,
    };
  });
}
