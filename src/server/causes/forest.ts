/** The forest of processes, with what each used and with everything below it. Pure. */
import { pidsInCycles } from "~/domain/parent-cycles";
import type { Consumer } from "~/domain/process";

/** What a process used. */
export type Measured = (consumer: Consumer) => number;

export interface Node {
  consumer: Consumer;
  own: number;
  /** With everything below. */
  sum: number;
  parent: Node | null;
  children: Node[];
  /** It is here because of its session or unit: its parent has exited. */
  isAdopted: boolean;
  /** It stands for others of its unit or session, which have no other parent. */
  gathers: "unit" | "session" | null;
}

/** Where the kernel puts processes whose parent has exited. */
const isReaper = ({ pid, name }: Consumer) => pid === 1 || name === "systemd";

/** Kernel threads and processes of other namespaces have session 0. */
const sessionOf = ({ sessionId }: Consumer) => sessionId || null;

/** Who started whom is the same for each measure of an explanation. */
const forests = new WeakMap<readonly Consumer[], Node[]>();

/**
 * The roots, with what each node used; valid until the same processes are asked for by another measure. Parents come before children. A
 * process whose parent has exited stays with what it was started with: its session's leader, or the eldest of those that lost their parent
 * with it, or the eldest of its unit.
 */
export function forestOf(consumers: readonly Consumer[], of: Measured): Node[] {
  const roots = forests.get(consumers) ?? linked(consumers);
  forests.set(consumers, roots);
  for (const root of roots) {
    const all = [...everyoneIn(root)];
    for (const node of all.reverse()) {
      node.own = of(node.consumer);
      node.sum = node.children.reduce((sum, child) => sum + child.sum, node.own);
    }
  }
  return roots;
}

function linked(consumers: readonly Consumer[]): Node[] {
  const nodes = new Map<number, Node>();
  const all: Node[] = [];
  for (const consumer of consumers) {
    const node: Node = { consumer, own: 0, sum: 0, parent: null, children: [], isAdopted: false, gathers: null };
    all.push(node);
    // A row of several processes is nobody's parent.
    if (consumer.pid === 0) continue;
    // Of two processes that had one pid the later is the parent of what runs.
    const known = nodes.get(consumer.pid);
    if (!known || known.consumer.startedAt <= consumer.startedAt) nodes.set(consumer.pid, node);
  }
  const cut = pidsInCycles(new Map([...nodes].map(([pid, { consumer }]) => [pid, consumer.parentPid])));
  const roots: Node[] = [];
  const orphans: Node[] = [];
  for (const node of all) {
    const { pid, parentPid, startedAt } = node.consumer;
    const parent = cut.has(pid) || nodes.get(pid) !== node ? undefined : nodes.get(parentPid);
    // A pid that was used again is nobody's parent before it began.
    const isParent = parent && parent.consumer.startedAt <= startedAt;
    if (isParent && !isReaper(parent.consumer)) adopt(parent, node);
    else if (nodes.get(pid) === node) orphans.push(node);
    else roots.push(node);
  }
  gather(orphans, nodes);
  for (const node of orphans) {
    if (node.parent) continue;
    const { pid, parentPid, startedAt } = node.consumer;
    const reaper = parentPid === pid ? undefined : nodes.get(parentPid);
    if (reaper && reaper.consumer.startedAt <= startedAt && !isInTree(reaper, node)) adopt(reaper, node);
    else roots.push(node);
  }
  return roots;
}

function adopt(parent: Node, child: Node): void {
  child.parent = parent;
  parent.children.push(child);
}

/** Not the manager of a user, in which everything of the user is. */
const UNIT = /^(?!user@).*\.service$/;

/** Gives orphans the parent that they most likely had. */
function gather(orphans: readonly Node[], nodes: ReadonlyMap<number, Node>): void {
  const eldest = new Map<string, Node>();
  const byAge = [...orphans].sort((a, b) => a.consumer.startedAt - b.consumer.startedAt || a.consumer.pid - b.consumer.pid);
  for (const node of byAge) {
    const { pid, group, startedAt } = node.consumer;
    const session = sessionOf(node.consumer);
    const unit = group !== null && UNIT.test(group) ? group : null;
    if (isReaper(node.consumer) || (session === null && unit === null)) continue;
    const leader = session === null || session === pid ? undefined : nodes.get(session);
    if (
      leader &&
      leader !== node &&
      leader.consumer.startedAt <= startedAt &&
      !isReaper(leader.consumer) &&
      !isInTree(leader, node)
    ) {
      adopt(leader, node);
      node.isAdopted = true;
      continue;
    }
    const keys = [unit && `unit ${unit}`, session && session !== pid && `session ${session}`].filter(
      (key) => typeof key === "string",
    );
    const [key] = keys;
    if (key === undefined) continue;
    const first = eldest.get(key);
    if (!first) eldest.set(key, node);
    else if (!isInTree(first, node)) {
      adopt(first, node);
      node.isAdopted = true;
      first.gathers = unit ? "unit" : "session";
    }
  }
}

function isInTree(from: Node, root: Node): boolean {
  for (let node: Node | null = from; node; node = node.parent) if (node === root) return true;
  return false;
}

/** Parents before children. Chains of processes can be longer than the stack is deep. */
export function* everyoneIn(root: Node): Generator<Node> {
  const left = [root];
  for (let node = left.pop(); node; node = left.pop()) {
    yield node;
    for (const child of node.children.toReversed()) left.push(child);
  }
}
