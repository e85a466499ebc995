import { bytesOf, type MemoryTogether, memoryOf, memoryWith } from "./memory-together";
import { pidsInCycles } from "./parent-cycles";
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
  const cut = pidsInCycles(new Map(rows.map(({ pid, parentPid }) => [pid, parentPid])));
  const roots: Node[] = [];
  for (const node of nodes.values()) {
    const parent = cut.has(node.row.pid) ? undefined : nodes.get(node.row.parentPid);
    (parent?.children ?? roots).push(node);
  }
  // Chains of parents can be longer than the stack is deep.
  const all = [...roots];
  for (const { children } of all) for (const child of children) all.push(child);
  for (const node of all.reverse()) sumUp(node, sort);
  const result: TreeRow[] = [];
  const left = heaviestLast(roots).map((node) => ({ node, depth: 0 }));
  for (let next = left.pop(); next; next = left.pop()) {
    const { node, depth } = next;
    result.push({ ...node.row, depth, ...node.totals });
    for (const child of heaviestLast(node.children)) left.push({ node: child, depth: depth + 1 });
  }
  return result;
}

const heaviestLast = (siblings: Node[]) => siblings.sort((a, b) => a.weight - b.weight || b.row.pid - a.row.pid);

/** After its children. */
function sumUp(node: Node, sort: ProcessSort): void {
  const { row, totals } = node;
  totals.totalCpu = row.cpu ?? 0;
  node.weight = weightOf(row, sort);
  for (const child of node.children) {
    totals.descendants += 1 + child.totals.descendants;
    totals.totalCpu += child.totals.totalCpu;
    node.memory = memoryWith(node.memory, child.memory);
    node.weight += child.weight;
  }
  totals.totalMemoryBytes = bytesOf(node.memory);
  if (sort === "memory") node.weight = totals.totalMemoryBytes;
}
