/**
 * Formats numbers for people: three significant digits, base 2 for memory and disk. Pages, reports, mail and terminal all use it.
 */

const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const DECIMAL_BITS = ["bit", "kbit", "Mbit", "Gbit", "Tbit"];
const PLAIN = ["", "k", "M", "G", "T"];

export interface FormattedValue {
  number: string;
  unit: string;
}

/** Three significant digits without an exponent: 0.0421, 4.21, 42.1, 421. */
function threeDigits(value: number): string {
  if (value === 0) return "0";
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const text = value.toFixed(Math.min(6, Math.max(0, 2 - magnitude)));
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function scaled(value: number, { base, names }: { base: number; names: readonly string[] }): FormattedValue {
  let rest = value;
  let step = 0;
  // 999.5 would print as 1000: use the next unit.
  while (Math.abs(rest) >= 999.5 && step < names.length - 1) {
    rest /= base;
    step++;
  }
  return { number: threeDigits(rest), unit: names[step] ?? "" };
}

/** Seconds as the two largest units: "41 d 3 h", "2 min 5 s", "1.2 ms". */
export function formatDuration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return "0 s";
  if (size < 0.001) return `${threeDigits(seconds * 1e6)} µs`;
  if (size < 1) return `${threeDigits(seconds * 1e3)} ms`;
  if (size < 60) return `${threeDigits(seconds)} s`;
  const parts: [number, string][] = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const words: string[] = [];
  let rest = Math.round(seconds);
  for (const [length, name] of parts) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) words.push(`${count} ${name}`);
    if (words.length === 2) break;
  }
  return words.join(" ");
}

/** A value as number and unit, separate so that a card can show them in different sizes. */
export function formatValue(value: number | null | undefined, unit: string): FormattedValue {
  if (value === null || value === undefined || !Number.isFinite(value)) return { number: "–", unit: "" };
  switch (unit) {
    case "1":
      return { number: threeDigits(Math.abs(value) < 0.00005 ? 0 : value * 100), unit: "%" };
    case "By":
      return scaled(value, { base: 1024, names: BINARY });
    case "By/s": {
      const bytes = scaled(value, { base: 1024, names: BINARY });
      return { number: bytes.number, unit: `${bytes.unit}/s` };
    }
    case "bit/s": {
      const bits = scaled(value, { base: 1000, names: DECIMAL_BITS });
      return { number: bits.number, unit: `${bits.unit}/s` };
    }
    case "KiBy/s":
      return formatValue(value * 1024, "By/s");
    case "s":
      return { number: formatDuration(value), unit: "" };
    case "Hz": {
      const hertz = scaled(value, { base: 1000, names: ["Hz", "kHz", "MHz", "GHz"] });
      return hertz;
    }
    case "Cel":
      return { number: threeDigits(value), unit: "°C" };
    default: {
      const plain = scaled(value, { base: 1000, names: PLAIN });
      const suffix = unit.replace(/\{[^}]*\}/, "");
      return { number: plain.unit ? `${plain.number} ${plain.unit}` : plain.number, unit: suffix };
    }
  }
}

/** The same as one string: "12.6 MiB/s", "31.4 %". */
export function formatText(value: number | null | undefined, unit: string): string {
  const { number, unit: suffix } = formatValue(value, unit);
  if (!suffix) return number;
  return suffix.startsWith("/") ? `${number}${suffix}` : `${number} ${suffix}`;
}
