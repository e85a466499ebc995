/** Makes the numbers of one column comparable at a glance. Pure. */

interface NumberCell {
  whole: string;
  decimals: string;
  unit: string;
}

/** A number as the formatter writes it: "1.2 GiB", "31%", "+0.35 cores". */
const NUMBER = /^([-+−]?[\d,]+)(?:\.(\d+))?( ?[^\d\s.,][^\d]*)?$/;

function parse(cell: string): NumberCell | null {
  const [, whole, decimals = "", unit = ""] = NUMBER.exec(cell) ?? [];
  return whole === undefined ? null : { whole, decimals, unit };
}

/** Gives numbers of the same unit the same number of decimals, and pads shorter units: digits then stand above each other. */
export function alignNumbers(cells: readonly string[]): string[] {
  const numbers = cells.map(parse);
  const decimals = new Map<string, number>();
  let width = 0;
  for (const number of numbers) {
    if (!number) continue;
    decimals.set(number.unit, Math.max(decimals.get(number.unit) ?? 0, number.decimals.length));
    width = Math.max(width, number.unit.length);
  }
  return cells.map((cell, index) => {
    const number = numbers[index];
    if (!number) return cell;
    const digits = decimals.get(number.unit) ?? 0;
    const fraction = digits === 0 ? "" : `.${number.decimals.padEnd(digits, "0")}`;
    return `${number.whole}${fraction}${number.unit.padEnd(width)}`;
  });
}
