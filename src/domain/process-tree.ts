import { bytesOf, type MemoryTogether, memoryOf, memoryWith } from "./memory-together";
import { type ProcessRow, type ProcessSort, weightOf } from "./process";

/** A process with its depth in the tree, and sums over itself and all descendants; memory that they share counts once. */
export interface TreeRow extends ProcessRow {
  depth: number;
  descendants: number;
  totalCpu: number;
  totalMemoryBytes: number;
}

interface Node {
  row: ProcessRow;
  children: Node[];
  weight: number;
  memory: MemoryTogether;
  totals: Pick<TreeRow, "descendants" | "totalCpu" | "totalMemoryBytes">;
}

/** Parents before children, heavier subtrees first. A process without its parent in the table is a root; cycles are cut. */
export function buildTree(rows: readonly ProcessRow[], sort: ProcessSort): TreeRow[] {
  const nodes = new Map<number, Node>(
    rows.map((row) => [
      row.pid,
      {
        row,
        children: [],
        weight: 0,
        memory: memoryOf(row),
        totals: { descendants: 0, totalCpu: 0, totalMemoryBytes: 0 },
      },
    ]),
  );
  const roots: Node[] = [];
  for (const node of nodes.values()) {
    const parent = node.row.parentPid === node.row.pid ? undefined : nodes.get(node.row.parentPid);
    if (parent && !isBelow(parent, node, nodes)) parent.children.push(node);
    else roots.push(node);
  }
  for (const root of roots) sumUp(root, sort);
  const result: TreeRow[] = [];
  const walk = (siblings: Node[], depth: number) => {
    siblings.sort((a, b) => b.weight - a.weight || a.row.pid - b.row.pid);
    for (const { row, children, totals } of siblings) {
      result.push({ ...row, depth, ...totals });
      walk(children, depth + 1);
    }
  };
  walk(roots, 0);
  return result;
}

/** True when `node` is `from` or one of its ancestors. Only damaged tables have such cycles. */
function isBelow(from: Node, node: Node, nodes: ReadonlyMap<number, Node>): boolean {
  let current: Node | undefined = from;
  for (let steps = 0; current && steps <= nodes.size; steps++) {
    if (current === node) return true;
    if (current.row.parentPid === current.row.pid) return false;
    current = nodes.get(current.row.parentPid);
  }
  return current !== undefined;
}

function sumUp(node: Node, sort: ProcessSort): void {
  const { row, totals } = node;
  totals.totalCpu = row.cpu ?? 0;
  node.weight = weightOf(row, sort);
  for (const child of node.children) {
    sumUp(child, sort);
    totals.descendants += 1 + child.totals.descendants;
    totals.totalCpu += child.totals.totalCpu;
    node.memory = memoryWith(node.memory, child.memory);
    node.weight += child.weight;
  }
  totals.totalMemoryBytes = bytesOf(node.memory);
  if (sort === "memory") node.weight = totals.totalMemoryBytes;
}
