/** The time range of a page: parsing of typed ranges and of the URL. Pure. */
import { ALERT_ID } from "~/domain/alert";
import { MIN_RANGE_MS, parseRange, type RangeRefusal, type Span } from "~/domain/typed-range";

export type { Span } from "~/domain/typed-range";

/** The ranges that are offered; their names are in the words of the frame. */
export const PRESETS = ["5m", "15m", "1h", "6h", "24h", "7d", "30d", "today", "yesterday"] as const;

export const DEFAULT_RANGE = "15m";

/** A typed range, which may be relative to now, or two moments. */
export type TimeRange = { kind: "text"; text: string } | { kind: "absolute"; from: number; to: number };

export function spanOf(range: TimeRange, now: number, timeZone: string): Span {
  if (range.kind === "absolute") return { from: range.from, to: range.to, moving: false };
  const span = parseRange(range.text, now, timeZone);
  return "why" in span ? { from: now - 900_000, to: now, moving: true } : span;
}

type Search = Pick<URLSearchParams, "get">;

/** Reads the range from the URL; the default when the parameters are missing or invalid. */
export function readRange(search: Search, now: number, timeZone: string): TimeRange {
  const read = rangeIn(search, now, timeZone);
  return "why" in read ? { kind: "text", text: DEFAULT_RANGE } : read;
}

function rangeIn(search: Search, now: number, timeZone: string): TimeRange | RangeRefusal {
  const [first, last] = [search.get("from"), search.get("to")];
  if (first === null && last === null) {
    const text = search.get("range") ?? DEFAULT_RANGE;
    const span = parseRange(text, now, timeZone);
    return "why" in span ? span : { kind: "text", text };
  }
  if (first === null) return { why: "start missing" };
  const text = `${first} to ${last ?? "now"}`;
  const span = parseRange(text, now, timeZone);
  if ("why" in span) return span;
  return span.moving ? { kind: "text", text } : { kind: "absolute", from: span.from, to: span.to };
}

/** Parameters of every page: the range, the clock, and what a link from outside may bring. */
const EVERYWHERE = ["range", "from", "to", "zone", "paused", "kiosk", "machine", "at"];
const OF_PAGE: Readonly<Record<string, readonly string[]>> = {
  "/": ["here"],
  "/machines": ["q", "sort", "group", "metric", "hide"],
  "/performance": ["compare", "explain", "find", "section", "hide", "metric"],
  "/processes": ["q", "sort", "tree", "group", "pid"],
  "/containers": ["q", "sort"],
  "/alerts": ["tab", "alert"],
  "/login": ["next"],
};

/** A part of the address that the page does not follow. */
export type Misread =
  | { kind: "parameter"; name: string }
  | { kind: "range"; refusal: RangeRefusal }
  | { kind: "moment" | "alert"; text: string };

/** Nothing of an address is ignored without a word. */
export function misread(path: string, search: Search & Pick<URLSearchParams, "keys">, now: number, timeZone: string): Misread[] {
  const known = [...EVERYWHERE, ...(OF_PAGE[path] ?? [])];
  const unknown = [...new Set(search.keys())].filter((name) => !known.includes(name));
  const range = rangeIn(search, now, timeZone);
  const [at, alert] = [search.get("at"), path === "/alerts" ? search.get("alert") : null];
  return [
    ...unknown.map((name): Misread => ({ kind: "parameter", name: name.slice(0, 60) })),
    ...("why" in range ? [{ kind: "range", refusal: range } as const] : []),
    ...(at !== null && Number.isNaN(Date.parse(at)) ? [{ kind: "moment", text: at.slice(0, 60) } as const] : []),
    ...(alert !== null && !ALERT_ID.test(alert) ? [{ kind: "alert", text: alert.slice(0, 60) } as const] : []),
  ];
}

/** The range as URL parameters; null removes a parameter. */
export function writeRange(range: TimeRange): { range: string | null; from: string | null; to: string | null } {
  if (range.kind === "text") return { range: range.text === DEFAULT_RANGE ? null : range.text, from: null, to: null };
  return { range: null, from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
}

/** A dragged range in whole seconds, at least ten of them. */
export function zoomedTo(from: number, to: number): TimeRange {
  const middle = (from + to) / 2;
  const half = Math.max(MIN_RANGE_MS, to - from) / 2;
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
