/** Types and parsers of custom metrics. */
import type { Labels } from "~/domain/sample";

export interface CustomReading {
  value: number;
  labels?: Labels;
  /** Set only by sources that name their metrics themselves. */
  metric?: string;
}

/** Returns readings, or throws an error with a short message that says what is wrong. */
export type CustomSource = (signal: AbortSignal) => Promise<readonly CustomReading[]>;

export class CustomError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CustomError";
  }
}

/** Parses a finite number. Throws for anything else, so that other text never becomes 0. */
export function numberOf(text: string): number {
  const trimmed = text.trim();
  const value = trimmed === "" ? Number.NaN : Number(trimmed);
  if (!Number.isFinite(value)) throw new CustomError(`expected a number, got ${JSON.stringify(trimmed.slice(0, 60))}`);
  return value;
}

/** JSON pointer (RFC 6901), except that "/" is the whole document and the leading slash is optional. */
export function resolveJsonPointer(document: unknown, pointer: string): unknown {
  if (pointer === "" || pointer === "/") return document;
  let value = document;
  for (const part of pointer.replace(/^\//, "").split("/")) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key))
      throw new CustomError(`nothing found at ${pointer}`);
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

export function jsonNumber(text: string, pointer: string): number {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new CustomError("the response is not JSON");
  }
  const value = resolveJsonPointer(document, pointer);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  return numberOf(String(value));
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
/** Readings that one source may give at a time. */
export const MOST_READINGS = 1000;
/** Longer than any line of an exporter. */
const MAX_LINE = 16_384;
/** Each name is tried from its first character only, so that the time grows with the length. */
const LABEL = /(?<![a-zA-Z0-9_])([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;
const SPECIAL: Record<string, number> = { "+Inf": Number.POSITIVE_INFINITY, "-Inf": Number.NEGATIVE_INFINITY, NaN: Number.NaN };

/** Parses Prometheus' text format as node_exporter's textfile collector does. Skips values that are not finite, and what is not wanted. */
export function parsePrometheus(text: string, isWanted: (reading: CustomReading) => boolean = () => true): CustomReading[] {
  const readings: CustomReading[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    if (trimmed.length > MAX_LINE) throw new CustomError(`line ${index + 1} is longer than ${MAX_LINE} characters`);
    const [, metric, labels = "", written = ""] = SAMPLE.exec(trimmed) ?? [];
    const value = Object.hasOwn(SPECIAL, written) ? (SPECIAL[written] as number) : Number(written);
    if (metric === undefined || written === "" || (Number.isNaN(value) && written !== "NaN"))
      throw new CustomError(`line ${index + 1} is not Prometheus text`);
    if (!Number.isFinite(value)) continue;
    const pairs = [...labels.matchAll(LABEL)].map(([, name = "", escaped = ""]) => [
      name,
      escaped.replace(/\\(n|.)/g, (_match, character: string) => (character === "n" ? "\n" : character)),
    ]);
    const reading = { metric, value, ...(pairs.length > 0 && { labels: Object.fromEntries(pairs) as Labels }) };
    if (!isWanted(reading)) continue;
    if (readings.length >= MOST_READINGS) throw new CustomError(`more than ${MOST_READINGS} readings at once`);
    readings.push(reading);
  }
  return readings;
}

/** What is after the number decides whether it is all of the value: `0,041ms` is not 0. */
const PERFORMANCE_VALUE =
  /(?:'([^']+)'|(?<![^\s='])([^\s=']+))=([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?=[a-zA-Z%\u00b5\u03bc\u00b0/]*(?:;|,?(?:\s|$)))/g;

/** Parses `OK - all fine | time=0.12s;1;2 size=40B`: one reading per performance value, by its label. Skips what is no number with a unit. */
export function parseNagios(text: string): CustomReading[] {
  const [, data = ""] = text.split("|", 2);
  const readings = [...data.matchAll(PERFORMANCE_VALUE)].flatMap(([, quoted, plain, value]) => {
    const number = Number(value);
    return Number.isFinite(number) ? [{ value: number, labels: { "nagios.label": quoted ?? plain ?? "" } }] : [];
  });
  if (readings.length === 0) throw new CustomError("no performance data after |");
  return readings;
}
