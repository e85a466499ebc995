/** Sorts and filters the rows of the process table. Pure. */
import { type ProcessRow, type ProcessSort, weightOf } from "~/domain/process";
import { buildTree } from "~/domain/process-tree";
import type { SortKey } from "./state";

export interface TableRow extends ProcessRow {
  depth: number;
}

interface TableWish {
  sort: SortKey;
  reverse: boolean;
  tree: boolean;
  filter: string;
}

/** Every word must match the name, command, user or pid. */
function matches({ name, command, user, pid }: ProcessRow, filter: string): boolean {
  const text = `${name} ${command} ${user} ${pid}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function isWeight(sort: SortKey): sort is ProcessSort {
  return sort === "cpu" || sort === "memory" || sort === "io";
}

function ordered(rows: readonly ProcessRow[], sort: SortKey): ProcessRow[] {
  const byPid = (a: ProcessRow, b: ProcessRow) => a.pid - b.pid;
  if (sort === "pid") return [...rows].sort(byPid);
  if (sort === "name") return [...rows].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : byPid(a, b)));
  return [...rows].sort((a, b) => weightOf(b, sort) - weightOf(a, sort) || byPid(a, b));
}

export function tableRows(rows: readonly ProcessRow[], { sort, reverse, tree, filter }: TableWish): TableRow[] {
  const matching = filter === "" ? rows : rows.filter((row) => matches(row, filter));
  if (tree) {
    // Show a match with all its ancestors.
    const byPid = new Map(rows.map((row) => [row.pid, row]));
    const kept = new Map<number, ProcessRow>();
    for (let one of matching) {
      while (!kept.has(one.pid)) {
        kept.set(one.pid, one);
        const parent = byPid.get(one.parentPid);
        if (!parent) break;
        one = parent;
      }
    }
    return buildTree([...kept.values()], isWeight(sort) ? sort : "cpu");
  }
  const result = ordered(matching, sort).map((row) => ({ ...row, depth: 0 }));
  return reverse ? result.reverse() : result;
}
