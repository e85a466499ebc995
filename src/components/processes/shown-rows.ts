/** Which rows the process table shows, in which order. Pure. */
import { type Row, type Sort, sortRows, sortsSingles } from "./columns";
import { groupRows, type RowGroup, ungrouped } from "./groups";
import { inOrder, keyOf, unfolded, withParents } from "./tree";

type Passes = (row: Row) => boolean;

/** With children below their parents, less those below a folded one. */
export function treeRows(
  all: readonly Row[],
  { passes, isFiltered }: { passes: Passes; isFiltered: boolean },
  folded: ReadonlySet<string>,
): Row[] {
  return unfolded(isFiltered ? withParents(all, passes) : all, folded);
}

/** What passes, as rows of equal processes if they are wanted and the order has a value for them. */
export function listGroups(
  all: readonly Row[],
  { passes, sort }: { passes: Passes; sort: Sort | null },
  isGrouped: boolean,
): RowGroup[] {
  const passing = all.filter(passes);
  const rows = sort === null ? passing : sortRows(passing, sort);
  if (!isGrouped || sortsSingles(sort)) return ungrouped(rows);
  const groups = groupRows(rows);
  if (sort === null) return groups;
  const byRow = new Map(groups.map((group) => [group.row, group]));
  return sortRows([...byRow.keys()], sort).flatMap((row) => byRow.get(row) ?? []);
}

/** The rows of groups, with the members of those that are open. `order` keeps the places of rows by their keys. */
export function openRows(groups: readonly RowGroup[], open: ReadonlySet<string>, order: readonly string[] | null): Row[] {
  const placed = order === null ? groups : inOrder(groups, order, ({ row }) => keyOf(row));
  return placed.flatMap(({ row, members }) => {
    if (members.length === 0 || !open.has(keyOf(row))) return row;
    const shown = order === null ? members : inOrder(members, order, keyOf);
    return [row, ...shown.map((member) => ({ ...member, depth: 1 }))];
  });
}
