/** Digits of what is stored of a step: a forecast is the same whether its readings are in memory or in a rollup. Pure. */

/** Five digits are more than a chart shows, and keep quotients from taking eight bytes each. */
const SIGNIFICANT_DIGITS = 5;

/** A column with a step below this is stored as floats anyway: its numbers are as they are. */
const FINEST_STEP = 1e-6;

/**
 * Rounds each value to SIGNIFICANT_DIGITS of its own: 40 kB/s stays beside a minute of 2 GB/s. Not below a millionth, which would cost
 * eight bytes a value, unless the whole column is that small.
 */
export function quantized(column: Float64Array): Float64Array {
  let largest = 0;
  for (const value of column) if (Math.abs(value) > largest) largest = Math.abs(value);
  if (largest === 0 || !Number.isFinite(largest)) return column;
  const finest = Math.min(exponentOf(largest), Math.log10(FINEST_STEP));
  return column.map((value) => {
    if (value === 0 || !Number.isFinite(value)) return value;
    const exponent = Math.max(exponentOf(Math.abs(value)), finest);
    if (exponent >= 0) return Math.round(value / 10 ** exponent) * 10 ** exponent;
    const scale = 10 ** -exponent;
    return Math.round(value * scale) / scale;
  });
}

/** Of the step that keeps SIGNIFICANT_DIGITS of a value. */
const exponentOf = (value: number) => Math.floor(Math.log10(value)) - SIGNIFICANT_DIGITS + 1;
