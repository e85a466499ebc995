/** The time range of a page: parsing of typed ranges and of the URL. Pure. */
import { atWall, dayStart } from "./zone";

export const PRESETS = [
  { text: "5m", label: "Last 5 minutes" },
  { text: "15m", label: "Last 15 minutes" },
  { text: "1h", label: "Last hour" },
  { text: "6h", label: "Last 6 hours" },
  { text: "24h", label: "Last 24 hours" },
  { text: "7d", label: "Last 7 days" },
  { text: "30d", label: "Last 30 days" },
  { text: "today", label: "Today" },
  { text: "yesterday", label: "Yesterday" },
] as const;

const DEFAULT_TEXT = "15m";

/** A typed range, which may be relative to now, or two moments. */
export type Range = { kind: "text"; text: string } | { kind: "absolute"; from: number; to: number };

export interface Span {
  from: number;
  to: number;
  /** The end is now. */
  moving: boolean;
}

const MIN_MS = 10_000;
const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };
const UNIT_WORDS = /^(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|y)$/;

function duration(amount: string, unit: string): number | null {
  return UNIT_WORDS.test(unit) ? Number(amount) * (UNITS[unit[0] ?? ""] ?? 0) * 1000 : null;
}

/** Parses a moment: now, now-90m, yesterday, 2026-11-24, 14:00, or ISO 8601 with or without a zone. */
function moment(text: string, now: number, timeZone: string): number | null {
  if (text === "now") return now;
  if (text === "today") return dayStart(now, timeZone);
  if (text === "yesterday") return dayStart(now, timeZone, -1);
  const [, sign, amount = "", unit = ""] = /^now\s*([-+])\s*(\d+(?:\.\d+)?)\s*([a-z]+)$/.exec(text) ?? [];
  if (sign) {
    const ms = duration(amount, unit);
    return ms === null ? null : now + (sign === "-" ? -ms : ms);
  }
  const [, day = "", hours, minutes, seconds = "0"] =
    /^(?:(today|yesterday|\d{4}-\d{2}-\d{2})[ t]+)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/.exec(text) ?? [];
  if (hours !== undefined) {
    const start = day === "" ? dayStart(now, timeZone) : moment(day, now, timeZone);
    const wall = start === null ? null : wallDay(day, start, timeZone);
    const clock = [Number(hours), Number(minutes), Number(seconds)] as const;
    if (wall === null || clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return null;
    return atWall(wall + ((clock[0] * 60 + clock[1]) * 60 + clock[2]) * 1000, timeZone);
  }
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year !== undefined) {
    const wall = Date.UTC(Number(year), Number(month) - 1, Number(date));
    return new Date(wall).getUTCDate() === Number(date) ? atWall(wall, timeZone) : null;
  }
  const iso = /^\d{4}-\d{2}-\d{2}t[\d:.]+(z|[-+]\d{2}:?\d{2})$/.test(text) ? Date.parse(text.toUpperCase()) : Number.NaN;
  return Number.isNaN(iso) ? null : iso;
}

/** Midnight of a day in wall-clock time, encoded as if it were UTC. */
function wallDay(day: string, start: number, timeZone: string): number {
  const [year, month, date] = /^\d/.test(day)
    ? day.split("-").map(Number)
    : new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" })
        .format(start)
        .split("-")
        .map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, date);
}

/** Resolves a typed range against now; returns an error message when it is invalid. */
export function spanOfText(typed: string, now: number, timeZone: string): Span | string {
  const text = typed.trim().toLowerCase();
  if (text === "today") return { from: dayStart(now, timeZone), to: now, moving: true };
  if (text === "yesterday") return { from: dayStart(now, timeZone, -1), to: dayStart(now, timeZone), moving: false };
  const [, amount, unit = ""] = /^(?:last\s+|now\s*-\s*)?(\d+(?:\.\d+)?)\s*([a-z]+)$/.exec(text) ?? [];
  if (amount !== undefined) {
    const ms = duration(amount, unit);
    if (ms === null) return `“${unit}” is no unit of time: use s, m, h, d or w`;
    return checked({ from: now - ms, to: now, moving: true });
  }
  const [first = "", second, ...more] = text.split(/\s+to\s+|\s*\.\.\s*|\s+[-–]\s+|\//);
  if (more.length > 0) return "write one range: from to until";
  const from = moment(first.trim(), now, timeZone);
  if (from === null) return `“${typed.trim()}” is no range: try 90m, now-2h to now-1h, yesterday or 2026-11-24 14:00`;
  if (second === undefined) {
    if (/^\d{4}-\d{2}-\d{2}$/.test(first.trim())) return checked({ from, to: dayStart(from, timeZone, 1), moving: false });
    return checked({ from, to: now, moving: true });
  }
  const to = moment(second.trim(), now, timeZone);
  if (to === null) return `“${second.trim()}” is no moment: try now, now-1h or 2026-11-24 14:00`;
  return checked({ from, to, moving: second.trim() === "now" });
}

const MAX_MS = 10 * 31_536_000_000;

function checked(span: Span): Span | string {
  if (span.to - span.from < MIN_MS) return "the range must be at least ten seconds long and end after it begins";
  if (span.to - span.from > MAX_MS) return "the range is longer than ten years";
  return span;
}

export function spanOf(range: Range, now: number, timeZone: string): Span {
  if (range.kind === "absolute") return { from: range.from, to: range.to, moving: false };
  const span = spanOfText(range.text, now, timeZone);
  return typeof span === "string" ? { from: now - 900_000, to: now, moving: true } : span;
}

/** Reads the range from the URL; the default when the parameters are missing or invalid. */
export function readRange(search: Pick<URLSearchParams, "get">, now: number): Range {
  const from = Date.parse(search.get("from") ?? "");
  const to = Date.parse(search.get("to") ?? "");
  if (Number.isFinite(from) && Number.isFinite(to) && to - from >= MIN_MS) return { kind: "absolute", from, to };
  const text = search.get("range") ?? DEFAULT_TEXT;
  return { kind: "text", text: typeof spanOfText(text, now, "UTC") === "string" ? DEFAULT_TEXT : text };
}

/** The range as URL parameters; null removes a parameter. */
export function writeRange(range: Range): { range: string | null; from: string | null; to: string | null } {
  if (range.kind === "text") return { range: range.text === DEFAULT_TEXT ? null : range.text, from: null, to: null };
  return { range: null, from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
}

/** A dragged range in whole seconds, at least ten of them. */
export function zoomedTo(from: number, to: number): Range {
  const middle = (from + to) / 2;
  const half = Math.max(MIN_MS, to - from) / 2;
  return { kind: "absolute", from: Math.floor((middle - half) / 1000) * 1000, to: Math.ceil((middle + half) / 1000) * 1000 };
}

/** Twice as wide around the same middle; ends no later than now. */
export function widened({ from, to }: Pick<Span, "from" | "to">, now: number): Range {
  const width = to - from;
  const end = Math.min(now, to + width / 2);
  return { kind: "absolute", from: end - 2 * width, to: end };
}

/** Shifted by half a width, earlier (-1) or later (1); ends no later than now. */
export function shifted({ from, to }: Pick<Span, "from" | "to">, direction: -1 | 1, now: number): Range {
  const by = Math.min((direction * (to - from)) / 2, now - to);
  return { kind: "absolute", from: from + by, to: to + by };
}

/** Refetch interval of a moving range: the time that one point covers, between 2 s and a minute. Null for a fixed range. */
export function refreshMs({ from, to, moving }: Span): number | null {
  if (!moving) return null;
  return Math.min(60_000, Math.max(2000, (to - from) / 720));
}
