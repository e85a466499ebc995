/** What the keys of the process table do. Pure. */
import type { Row } from "./columns";
import { keyOf, parentPlace } from "./tree";

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 };

/** The row that the keys are at, wherever the order has moved it since. */
export interface ActiveRow {
  key: string;
  /** Where it was when it was chosen. */
  place: number;
}

interface Table {
  rows: readonly Row[];
  active: ActiveRow | null;
  /** Some rows are below others. */
  isTree: boolean;
  isFolded: (row: Row) => boolean;
}

export type KeyAction = { does: "go"; place: number } | { does: "open"; row: Row } | { does: "fold"; row: Row; close: boolean };

/** Whether rows can be below it. */
export const hasMore = (row: Row) => Boolean(row.descendants) || row.count !== undefined;

/** Below zero when there is none, or it is no longer shown. */
export function placeOf(rows: readonly Row[], active: ActiveRow | null): number {
  return active === null ? -1 : rows.findIndex((row) => keyOf(row) === active.key);
}

/** Null for a key that does nothing here. Enter does what a click does: it opens a process, and folds a row of several. */
export function keyAction(key: string, { rows, active, isTree, isFolded }: Table): KeyAction | null {
  const go = (place: number): KeyAction => ({ does: "go", place: Math.min(rows.length - 1, Math.max(0, place)) });
  const place = placeOf(rows, active);
  const step = STEPS[key];
  // From a row that has gone, on from where it was.
  if (step !== undefined) return go((place < 0 ? (active?.place ?? -1) : place) + step);
  if (key === "Home") return go(0);
  if (key === "End") return go(rows.length - 1);
  const row = rows[place];
  if (!row) return null;
  if (key === "Enter") return row.count === undefined ? { does: "open", row } : { does: "fold", row, close: !isFolded(row) };
  if (!isTree) return null;
  if (key === "ArrowRight") return hasMore(row) && isFolded(row) ? { does: "fold", row, close: false } : go(place + 1);
  if (key === "ArrowLeft")
    return hasMore(row) && !isFolded(row) ? { does: "fold", row, close: true } : go(parentPlace(rows, place));
  return null;
}
