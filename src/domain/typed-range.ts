/** Parses time ranges as people type them. Pure. */
import { parseDay, parseDuration, parseEnd, parseMoment } from "./moment";
import { dayStart } from "./wall-clock";

export interface Span {
  from: number;
  to: number;
  /** The end is now. */
  moving: boolean;
}

/** Why a text is no range; `text` is the part that was not understood. */
export type RangeRefusal =
  | { why: "unit" | "range" | "end"; text: string }
  | { why: "parts" | "short" | "long" | "start missing" };

export const MIN_RANGE_MS = 10_000;
const MAX_RANGE_MS = 10 * 31_536_000_000;

/** Resolves `90m`, `yesterday`, `3h ago`, `2026-11-24 14:00 to 15:30` and the like. A range that reaches into the future ends now. */
export function parseRange(typed: string, now: number, timeZone: string): Span | RangeRefusal {
  const text = typed.trim().toLowerCase();
  const length = parseDuration(text.replace(/^(?:last\s+|now\s*-\s*|-\s*)/, ""));
  if (typeof length === "number") return checked({ from: now - length, to: now }, now);
  const [first = "", second, ...more] = text.split(/\s+(?:to|bis)\s+|\s*\.\.\s*|\s+[-–]\s+|\//);
  if (more.length > 0) return { why: "parts" };
  const from = parseMoment(first, now, timeZone);
  if (from === null) return length === null ? { why: "range", text: typed.trim() } : { why: "unit", text: length.unknownUnit };
  if (second === undefined) {
    const isDay = parseDay(first, now, timeZone) !== null;
    return checked({ from, to: isDay ? dayStart(from, timeZone, 1) : now }, now);
  }
  const to = parseEnd(second, from, { now, timeZone });
  return to === null ? { why: "end", text: second.trim() } : checked({ from, to }, now);
}

function checked({ from, to }: Pick<Span, "from" | "to">, now: number): Span | RangeRefusal {
  const span = { from, to: Math.min(to, now), moving: to >= now };
  if (span.to - span.from < MIN_RANGE_MS) return { why: "short" };
  return span.to - span.from > MAX_RANGE_MS ? { why: "long" } : span;
}
