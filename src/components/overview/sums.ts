type Column = readonly (number | null)[];

/** Adds columns element by element; null only where all are null. */
export function sum(...columns: readonly Column[]): (number | null)[] {
  const length = columns.reduce((most, column) => Math.max(most, column.length), 0);
  return Array.from({ length }, (_, index) => {
    let total: number | null = null;
    for (const column of columns) {
      const value = column[index] ?? null;
      if (value !== null) total = (total ?? 0) + value;
    }
    return total;
  });
}

export function sumOrNull(...values: (number | null)[]): number | null {
  return sum(...values.map((value) => [value]))[0] ?? null;
}
