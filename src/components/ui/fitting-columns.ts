/** Which columns of a table fit, so that it never scrolls sideways. Pure. */

interface FittedColumn<Key extends string> {
  key: Key;
  /** Pixels. */
  width: number;
}

export interface Fit<Key extends string> {
  /** What stays longest when there is little room, first. */
  priority: readonly Key[];
  /** The column that takes what is left, and less than its width on a phone. */
  widest: Key;
  /** Has no column on a phone. */
  notNarrow?: Key;
}

const GAP_PX = 12;
const PADDING_PX = 32;
const NARROW_PX = 560;
const NARROW_WIDEST_PX = 90;

/** On a phone. */
export function isNarrow(width: number): boolean {
  return width < NARROW_PX;
}

/** The columns for which a table of that many pixels has room, in their own order. */
export function fittingColumns<Key extends string, Column extends FittedColumn<Key>>(
  columns: readonly Column[],
  width: number,
  { priority, widest, notNarrow }: Fit<Key>,
): Column[] {
  const narrow = isNarrow(width);
  let left = width - PADDING_PX;
  const fitting = new Set<Key>();
  for (const key of priority) {
    const column = columns.find((one) => one.key === key);
    if (!column || (narrow && key === notNarrow)) continue;
    const needs = key === widest ? (narrow ? NARROW_WIDEST_PX : column.width) : column.width + GAP_PX;
    if (needs > left && fitting.size > 0) break;
    left -= needs;
    fitting.add(key);
  }
  return columns.filter(({ key }) => fitting.has(key));
}
