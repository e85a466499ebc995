/** Makes the numbers of one column comparable at a glance. Pure. */

interface NumberCell {
  whole: string;
  decimals: string;
  unit: string;
}

/** More decimals than this only line up noise. */
const MOST_DECIMALS = 2;

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
    const wanted = Math.max(decimals.get(number.unit) ?? 0, number.decimals.length);
    decimals.set(number.unit, Math.min(MOST_DECIMALS, wanted));
    width = Math.max(width, number.unit.length);
  }
  return cells.map((cell, index) => {
    const number = numbers[index];
    if (!number) return cell;
    const digits = decimals.get(number.unit) ?? 0;
    const fraction = digits === 0 ? "" : `.${number.decimals.padEnd(digits, "0")}`;
    const isLonger = number.decimals.length > digits;
    const text = isLonger ? Number(`${number.whole}.${number.decimals}`).toFixed(digits) : `${number.whole}${fraction}`;
    return `${text}${number.unit.padEnd(width)}`;
  });
}
