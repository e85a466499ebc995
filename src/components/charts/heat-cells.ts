/** The cells of a heat map's row, in device pixels. Pure. */

export interface Cell {
  left: number;
  right: number;
  value: number;
  /** How many readings `value` is the mean of. */
  readings: number;
}

/** The column of the reading at `index`: whole pixels, at least one. */
type ColumnOf = (index: number) => { left: number; right: number };

/** No cell covers another, as they are drawn translucent: readings that begin in the same pixel are one cell, their mean. */
export function cellsOf(values: readonly (number | null)[], columnOf: ColumnOf): Cell[] {
  const cells: Cell[] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const { left, right } = columnOf(index);
    const last = cells.at(-1);
    if (last === undefined || last.right <= left) {
      cells.push({ left, right, value, readings: 1 });
      return;
    }
    last.value += (value - last.value) / (last.readings + 1);
    last.readings++;
    last.right = Math.max(last.right, right);
  });
  return cells;
}
