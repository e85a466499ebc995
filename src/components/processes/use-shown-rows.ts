import { useCallback, useMemo, useRef, useState } from "react";
import type { ProcessFilter } from "~/domain/process-filter";
import type { Row, Sort } from "./columns";
import { listGroups, openRows, treeRows } from "./shown-rows";
import { keyOf } from "./tree";

/** What of the tree is folded and which groups are open, kept until the tab is closed or reloaded. */
const folded = new Set<string>();
const open = new Set<string>();

function change(keys: Set<string>, key: string, isIn: boolean): void {
  if (isIn) keys.add(key);
  else keys.delete(key);
}

interface Choice {
  filter: ProcessFilter;
  isFiltered: boolean;
  sort: Sort | null;
  tree: boolean;
  grouped: boolean;
  /** Rows keep their places. */
  frozen: boolean;
}

/** The rows of the table, and what folds them. */
export function useShownRows(all: readonly Row[], { filter, isFiltered, sort, tree, grouped, frozen }: Choice) {
  const [folds, setFolds] = useState(0);
  const order = useRef<string[]>([]);
  const { passes } = filter;
  const groups = useMemo(() => (tree ? [] : listGroups(all, { passes, sort }, grouped)), [all, passes, tree, sort, grouped]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: folded and open ones change in place, their count of changes says when.
  const rows = useMemo(
    () => (tree ? treeRows(all, { passes, isFiltered }, folded) : openRows(groups, open, frozen ? order.current : null)),
    [all, passes, isFiltered, tree, groups, frozen, folds],
  );
  order.current = rows.map(keyOf);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above.
  const isFolded = useCallback((row: Row) => (tree ? folded.has(keyOf(row)) : !open.has(keyOf(row))), [tree, folds]);
  const fold = useCallback(
    (row: Row, close: boolean) => {
      if (tree) change(folded, keyOf(row), close);
      else change(open, keyOf(row), !close);
      setFolds((count) => count + 1);
    },
    [tree],
  );
  const foldAll = (close: boolean) => {
    if (tree) {
      folded.clear();
      if (close) for (const row of all) if (row.descendants) folded.add(keyOf(row));
    } else {
      open.clear();
      if (!close) for (const { row } of groups) if (row.count !== undefined) open.add(keyOf(row));
    }
    setFolds((count) => count + 1);
  };
  const processCount = tree ? rows.length : groups.reduce((count, { members }) => count + Math.max(1, members.length), 0);
  return { rows, processCount, isFolded, fold, foldAll };
}
