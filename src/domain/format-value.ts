/**
 * Formats numbers for people, with as many digits as anyone acts on. Pages, reports, mail and terminal all use it. Base 2 for memory
 * and disk.
 */
import { ENGLISH, type Language } from "./language";

const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const DECIMAL_BITS = ["bit", "kbit", "Mbit", "Gbit", "Tbit"];
const PLAIN = ["", "k", "M", "G", "T"];
const NO_BREAK = "\u00a0";

export interface FormattedValue {
  number: string;
  unit: string;
}

/** Decimals of a number by its size: those of the first line whose bound it is below. Zeros at the end are left out. */
const DECIMALS = {
  /** 0.3, 9, 31, and 99.9 for what is nearly all: it must not read as all of it. */
  percent: [
    [0.95, 1],
    [99, 0],
    [100, 1],
    [Number.POSITIVE_INFINITY, 0],
  ],
  /** 0.42, 4.2, 42.1, 421. */
  amount: [
    [1, 2],
    [100, 1],
    [Number.POSITIVE_INFINITY, 0],
  ],
  /** A load average has two decimals in every tool: 0.42, 4.92, 42.1. */
  load: [
    [10, 2],
    [100, 1],
    [Number.POSITIVE_INFINITY, 0],
  ],
  /** 0.4, 47. */
  temperature: [
    [1, 1],
    [Number.POSITIVE_INFINITY, 0],
  ],
  /** Below a minute: 4.2, 42. */
  time: [
    [10, 1],
    [Number.POSITIVE_INFINITY, 0],
  ],
  /** A threshold is shown as it was set. */
  limit: [[Number.POSITIVE_INFINITY, 6]],
} as const satisfies Record<string, readonly (readonly [below: number, decimals: number])[]>;

type Digits = keyof typeof DECIMALS;

const formats = new Map<string, Intl.NumberFormat>();

/** Cached: creating a format costs more than using it a hundred times. */
function numberFormat(language: Language, decimals: number): Intl.NumberFormat {
  const key = `${language} ${decimals}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, { maximumFractionDigits: decimals, signDisplay: "negative" });
    formats.set(key, format);
  }
  return format;
}

function rounded(value: number, digits: Digits, language: Language): string {
  const size = Math.abs(value);
  const decimals = DECIMALS[digits].find(([below]) => size < below)?.[1] ?? 0;
  const isNearlyAll = digits === "percent" && size > 99 && size < 100;
  return numberFormat(language, decimals).format(isNearlyAll ? Math.trunc(value * 10) / 10 : value);
}

function scaled(
  value: number,
  { base, names, digits = "amount", language }: { base: number; names: readonly string[]; digits?: Digits; language: Language },
): FormattedValue {
  let rest = value;
  let step = 0;
  // 999.5 would print as 1000: use the next unit.
  while (Math.abs(rest) >= 999.5 && step < names.length - 1) {
    rest /= base;
    step++;
  }
  return { number: rounded(rest, digits, language), unit: names[step] ?? "" };
}

/** Seconds as the two largest units: "41 d 3 h", "2 min 5 s", "1.2 ms". */
export function formatDuration(seconds: number, language: Language = ENGLISH): string {
  const size = Math.abs(seconds);
  if (size === 0) return "0 s";
  if (size < 0.001) return `${rounded(seconds * 1e6, "time", language)} µs`;
  if (size < 1) return `${rounded(seconds * 1e3, "time", language)} ms`;
  if (size < 60) return `${rounded(seconds, "time", language)} s`;
  const parts: [number, string][] = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const words: string[] = [];
  let rest = Math.round(size);
  for (const [length, name] of parts) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) words.push(`${count} ${name}`);
    if (words.length === 2) break;
  }
  return `${seconds < 0 ? "-" : ""}${words.join(" ")}`;
}

/** How often: "every second", "every 5 s". */
export function everyText(seconds: number): string {
  return seconds === 1 ? "every second" : `every ${formatDuration(seconds)}`;
}

function formatted(value: number | null | undefined, unit: string, language: Language, digits?: Digits): FormattedValue {
  if (value === null || value === undefined || !Number.isFinite(value)) return { number: "–", unit: "" };
  const options = { ...(digits && { digits }), language };
  switch (unit) {
    case "1":
      return { number: rounded(value * 100, digits ?? "percent", language), unit: "%" };
    case "By":
      return scaled(value, { base: 1024, names: BINARY, ...options });
    case "By/s": {
      const bytes = scaled(value, { base: 1024, names: BINARY, ...options });
      return { number: bytes.number, unit: `${bytes.unit}/s` };
    }
    case "bit/s": {
      const bits = scaled(value, { base: 1000, names: DECIMAL_BITS, ...options });
      return { number: bits.number, unit: `${bits.unit}/s` };
    }
    case "KiBy/s":
      return formatted(value * 1024, "By/s", language, digits);
    case "s":
      return { number: formatDuration(value, language), unit: "" };
    case "Hz":
      return scaled(value, { base: 1000, names: ["Hz", "kHz", "MHz", "GHz"], ...options });
    case "Cel":
      return { number: rounded(value, digits ?? "temperature", language), unit: "°C" };
    default: {
      const plain = scaled(value, { base: 1000, names: PLAIN, digits: unit === "{thread}" ? "load" : "amount", ...options });
      return { number: `${plain.number}${plain.unit}`, unit: unit.replace(/\{[^}]*\}/, "") };
    }
  }
}

/** A value as number and unit, separate so that a card can show them in different sizes. */
export function formatValue(value: number | null | undefined, unit: string, language: Language = ENGLISH): FormattedValue {
  return formatted(value, unit, language);
}

function joined({ number, unit }: FormattedValue, language: Language): string {
  if (!unit || unit.startsWith("/")) return number + unit;
  if (unit === "%") return language === "de" ? `${number}${NO_BREAK}%` : `${number}%`;
  return `${number} ${unit}`;
}

/** The same as one string: "12.6 MiB/s", "31%". */
export function formatText(value: number | null | undefined, unit: string, language: Language = ENGLISH): string {
  return joined(formatValue(value, unit, language), language);
}

/** A value that somebody set, such as a threshold: with every digit that it was set with. */
export function formatLimit(value: number | null | undefined, unit: string, language: Language = ENGLISH): string {
  return joined(formatted(value, unit, language, "limit"), language);
}

/** Digits that somebody sets are few; a value that was computed, such as a share of the memory in bytes, has more. */
const MOST_LETTERS = 10;

/** A limit for a chart: with the digits that it was set with, where there is room for them. */
export function formatShortLimit(value: number | null | undefined, unit: string, language: Language = ENGLISH): string {
  const text = formatLimit(value, unit, language);
  return text.length <= MOST_LETTERS ? text : formatText(value, unit, language);
}
