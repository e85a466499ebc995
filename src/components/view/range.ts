/** The time range of a page: parsing of typed ranges and of the URL. Pure. */
import { isClockTime, isDate, parseDuration, parseMoment } from "~/domain/moment";
import { dayStart } from "~/domain/wall-clock";

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
export type TimeRange = { kind: "text"; text: string } | { kind: "absolute"; from: number; to: number };

export interface Span {
  from: number;
  to: number;
  /** The end is now. */
  moving: boolean;
}

const MIN_MS = 10_000;
const DAY_MS = 86_400_000;
/** Resolves a typed range against now; returns an error message when it is invalid. */
export function spanOfText(typed: string, now: number, timeZone: string): Span | string {
  const text = typed.trim().toLowerCase();
  if (text === "today") return { from: dayStart(now, timeZone), to: now, moving: true };
  if (text === "yesterday") return { from: dayStart(now, timeZone, -1), to: dayStart(now, timeZone), moving: false };
  const length = parseDuration(text.replace(/^(?:last\s+|now\s*-\s*)/, ""));
  if (typeof length === "number") return checked({ from: now - length, to: now, moving: true });
  if (length !== null) return `“${length.unknownUnit}” is no unit of time: use s, m, h, d or w`;
  const [first = "", second, ...more] = text.split(/\s+to\s+|\s*\.\.\s*|\s+[-–]\s+|\//);
  if (more.length > 0) return "write one range: from to until";
  const from = parseMoment(first, now, timeZone);
  if (from === null) return `“${typed.trim()}” is no range: try 90m, now-2h to now-1h, yesterday or 2026-11-24 14:00`;
  if (second === undefined) {
    if (isDate(first.trim())) return checked({ from, to: dayStart(from, timeZone, 1), moving: false });
    return checked({ from, to: now, moving: true });
  }
  // A time of day alone is that of the day on which the range begins, or of the next.
  const [, day] = /^(\S+?)[ t]+\S+$/.exec(first.trim()) ?? [];
  const sameDay = day !== undefined && isClockTime(second) ? parseMoment(`${day} ${second.trim()}`, now, timeZone) : null;
  const to = sameDay === null ? parseMoment(second, now, timeZone) : sameDay > from ? sameDay : sameDay + DAY_MS;
  if (to === null) return `“${second.trim()}” is no moment: try now, now-1h or 2026-11-24 14:00`;
  return checked({ from, to, moving: second.trim() === "now" });
}

const MAX_MS = 10 * 31_536_000_000;

function checked(span: Span): Span | string {
  if (span.to - span.from < MIN_MS) return "the range must be at least ten seconds long and end after it begins";
  if (span.to - span.from > MAX_MS) return "the range is longer than ten years";
  return span;
}

export function spanOf(range: TimeRange, now: number, timeZone: string): Span {
  if (range.kind === "absolute") return { from: range.from, to: range.to, moving: false };
  const span = spanOfText(range.text, now, timeZone);
  return typeof span === "string" ? { from: now - 900_000, to: now, moving: true } : span;
}

type Search = Pick<URLSearchParams, "get">;

/** Reads the range from the URL; the default when the parameters are missing or invalid. */
export function readRange(search: Search, now: number, timeZone: string): TimeRange {
  const read = rangeIn(search, now, timeZone);
  return typeof read === "string" ? { kind: "text", text: DEFAULT_TEXT } : read;
}

/** Returns an error message when the parameters are no range. */
function rangeIn(search: Search, now: number, timeZone: string): TimeRange | string {
  const [first, last] = [search.get("from"), search.get("to")];
  if (first === null && last === null) {
    const text = search.get("range") ?? DEFAULT_TEXT;
    const span = spanOfText(text, now, timeZone);
    return typeof span === "string" ? span : { kind: "text", text };
  }
  if (first === null) return "the address says `to` without `from`";
  const text = `${first} to ${last ?? "now"}`;
  const span = spanOfText(text, now, timeZone);
  if (typeof span === "string") return span;
  return span.moving ? { kind: "text", text } : { kind: "absolute", from: span.from, to: span.to };
}

/** Parameters of every page: the range, the clock, and what a link from outside may bring. */
const EVERYWHERE = ["range", "from", "to", "zone", "paused", "kiosk", "at"];
const OF_PAGE: Readonly<Record<string, readonly string[]>> = {
  "/performance": ["compare", "explain", "find", "section", "hide", "metric"],
  "/processes": ["q", "sort", "tree", "group", "pid"],
  "/containers": ["q", "sort"],
  "/alerts": ["tab", "alert"],
  "/login": ["next"],
};

/** What of an address is not followed, in words; nothing is ignored without a word. */
export function misread(path: string, search: Search & Pick<URLSearchParams, "keys">, now: number, timeZone: string): string[] {
  const known = [...EVERYWHERE, ...(OF_PAGE[path] ?? [])];
  const unknown = [...new Set(search.keys())].filter((name) => !known.includes(name));
  const range = rangeIn(search, now, timeZone);
  return [
    ...unknown.map((name) => `this page knows no “${name.slice(0, 60)}”`),
    ...(typeof range === "string" ? [`the last 15 minutes are shown: ${range}`] : []),
  ];
}

/** The range as URL parameters; null removes a parameter. */
export function writeRange(range: TimeRange): { range: string | null; from: string | null; to: string | null } {
  if (range.kind === "text") return { range: range.text === DEFAULT_TEXT ? null : range.text, from: null, to: null };
  return { range: null, from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
}

/** A dragged range in whole seconds, at least ten of them. */
export function zoomedTo(from: number, to: number): TimeRange {
  const middle = (from + to) / 2;
  const half = Math.max(MIN_MS, to - from) / 2;
  return { kind: "absolute", from: Math.floor((middle - half) / 1000) * 1000, to: Math.ceil((middle + half) / 1000) * 1000 };
}

/** Twice as wide around the same middle; ends no later than now. */
export function widened({ from, to }: Pick<Span, "from" | "to">, now: number): TimeRange {
  const width = to - from;
  const end = Math.min(now, to + width / 2);
  return { kind: "absolute", from: end - 2 * width, to: end };
}

/** Shifted by half a width, earlier (-1) or later (1); ends no later than now. */
export function shifted({ from, to }: Pick<Span, "from" | "to">, direction: -1 | 1, now: number): TimeRange {
  const by = Math.min((direction * (to - from)) / 2, now - to);
  return { kind: "absolute", from: from + by, to: to + by };
}

/** Refetch interval of a moving range: the time that one point covers, between 2 s and a minute. Null for a fixed range. */
export function refreshMs({ from, to, moving }: Span): number | null {
  if (!moving) return null;
  return Math.min(60_000, Math.max(2000, (to - from) / 720));
}
