/** The process tree as displayed: rows below a folded process are left out. Pure. */
import { shownName } from "~/domain/process-group";
import type { Row } from "./columns";

/** Of a process; a row of several goes by what they have in common, as its first one may end. */
export function keyOf(row: Pick<Row, "pid" | "startedAt" | "count" | "name" | "command" | "user">): string {
  return row.count === undefined ? `${row.pid} ${row.startedAt}` : `${shownName(row)}\n${row.user}`;
}

/** `rows` have parents before children, each with its depth. */
export function unfolded(rows: readonly Row[], folded: ReadonlySet<string>): Row[] {
  const shown: Row[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const depth = row.depth ?? 0;
    if (depth > hiddenBelow) continue;
    hiddenBelow = folded.has(keyOf(row)) ? depth : Number.POSITIVE_INFINITY;
    shown.push(row);
  }
  return shown;
}

/** Rows that match, with all their ancestors. */
export function withParents(rows: readonly Row[], passes: (row: Row) => boolean): Row[] {
  const shown = new Set<Row>();
  let trail: Row[] = [];
  for (const row of rows) {
    trail = trail.filter(({ depth = 0 }) => depth < (row.depth ?? 0));
    if (passes(row)) {
      for (const parent of trail) shown.add(parent);
      shown.add(row);
    }
    trail.push(row);
  }
  return [...shown];
}

/** Index of the parent row, for the ← key; the root has none. */
export function parentPlace(rows: readonly Row[], place: number): number {
  const depth = rows[place]?.depth ?? 0;
  for (let index = place - 1; index >= 0; index--) if ((rows[index]?.depth ?? 0) < depth) return index;
  return place;
}

/** Keeps the previous order of rows, by their keys; new ones come last. */
export function inOrder<Shown>(rows: readonly Shown[], order: readonly string[], key: (row: Shown) => string): Shown[] {
  const places = new Map(order.map((one, place) => [one, place]));
  const place = (row: Shown) => places.get(key(row)) ?? Number.MAX_SAFE_INTEGER;
  return [...rows].sort((a, b) => place(a) - place(b));
}
