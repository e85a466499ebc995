/** Parses moments and durations as people type them: one grammar for the pages, the API and the command line. Pure. */
import { atWall, wallDay } from "./wall-clock";

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };
const UNIT_WORDS = /^(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|y)$/;
const DURATION = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/;

/** Milliseconds of `90m` or `2 hours`. Null for no duration; `unknownUnit` for an amount of something else. */
export function parseDuration(text: string): number | { unknownUnit: string } | null {
  const [, amount, unit = ""] = DURATION.exec(text) ?? [];
  if (amount === undefined) return null;
  return UNIT_WORDS.test(unit) ? Number(amount) * (SECONDS[unit[0] ?? ""] as number) * 1000 : { unknownUnit: unit };
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** German names that do not begin as the English ones. */
const GERMAN_MONTHS: Readonly<Record<string, string>> = { mär: "mar", mai: "may", okt: "oct", dez: "dec" };
const DAY_WORDS: Readonly<Record<string, number>> = { today: 0, heute: 0, yesterday: -1, gestern: -1 };

/** Midnight of `2026-11-24` in wall-clock time, encoded as if it were UTC. Null for a day that no calendar has. */
function wallDate(text: string): number | null {
  const wall = Date.parse(text);
  return !Number.isNaN(wall) && new Date(wall).toISOString().startsWith(text) ? wall : null;
}

/** Midnight of `27 nov`, `nov 27`, `27 november 2026`, encoded as if it were UTC; without a year the last such day. */
function namedDate(text: string, today: number): number | null {
  const form = /^(?:(\d{1,2})\.?\s+(\p{L}{3,})\.?|(\p{L}{3,})\.?\s+(\d{1,2}))(?:,?\s+(\d{4}))?$/u;
  const [, first, second, other, last, year] = form.exec(text) ?? [];
  const [day, name = ""] = first === undefined ? [last, other] : [first, second];
  const month = MONTHS.indexOf(GERMAN_MONTHS[name.slice(0, 3)] ?? name.slice(0, 3));
  if (day === undefined || month < 0) return null;
  const inYear = (one: number) => wallDate(`${one}-${String(month + 1).padStart(2, "0")}-${day.padStart(2, "0")}`);
  if (year !== undefined) return inYear(Number(year));
  const thisYear = new Date(today).getUTCFullYear();
  const wall = inYear(thisYear);
  return wall !== null && wall > today ? inYear(thisYear - 1) : wall;
}

/** Midnight of a day as people write it, encoded as if it were UTC. Null for anything else. */
function wallDayOf(text: string, now: number, timeZone: string): number | null {
  const days = DAY_WORDS[text];
  if (days !== undefined) return wallDay(now, timeZone, days);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return wallDate(text);
  return namedDate(text, wallDay(now, timeZone));
}

/** Midnight at which a whole day begins, such as `2026-11-24`, `yesterday` or `27 nov`. Null for anything else. */
export function parseDay(typed: string, now: number, timeZone: string): number | null {
  const wall = wallDayOf(typed.trim().toLowerCase(), now, timeZone);
  return wall === null ? null : atWall(wall, timeZone);
}

/** Milliseconds since midnight of `14:00` or `14:00:30`. Null for anything else. */
function clockTime(text: string): number | null {
  const [, hours, minutes, seconds = "0"] = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/.exec(text) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** What `parseMoment` takes, for messages. */
export const MOMENT_FORMS =
  "2026-11-22T03:12:00Z, 2026-11-22 03:12, 22 nov 03:12, 03:12, yesterday 14:00, 2h ago, or epoch seconds or milliseconds";

/** Smaller numbers are no moment that anybody means; larger ones are milliseconds. */
const [LEAST_SECONDS, LEAST_MILLISECONDS] = [1e8, 1e11];

/** Epoch milliseconds of epoch seconds or milliseconds, told apart by their size. Null for what is neither. */
export function momentOfNumber(value: number): number | null {
  if (value === 0) return 0;
  if (!(value >= LEAST_SECONDS && value <= 8.64e15)) return null;
  return Math.trunc(value < LEAST_MILLISECONDS ? value * 1000 : value);
}

/**
 * Epoch milliseconds. Takes `now`, `now-90m`, `now+1h`, `-90m`, `90m ago`, `90m`, a day (`today`, `yesterday`, `2026-11-24`, `24 nov`), a
 * time of day (the last time that the clock showed it), a day and a time (`yesterday 14:00`), ISO 8601, or epoch seconds or milliseconds;
 * without an offset, times are in the zone. Null for anything else.
 */
export function parseMoment(typed: string, now: number, timeZone: string): number | null {
  const text = typed.trim().toLowerCase();
  if (text === "now" || text === "jetzt") return now;
  if (/^\d+(?:\.\d+)?$/.test(text)) return momentOfNumber(Number(text));
  const [, sign, after, ago] = /^(?:(?:now\s*)?([-+])\s*(.+)|(.+?)\s+ago)$/.exec(text) ?? [];
  const ms = parseDuration(after ?? ago ?? text);
  if (typeof ms === "number") return sign === "+" ? now + ms : now - ms;
  const day = parseDay(text, now, timeZone);
  if (day !== null) return day;
  const time = clockTime(text);
  if (time !== null) {
    const today = atWall(wallDay(now, timeZone) + time, timeZone);
    return today > now ? atWall(wallDay(now, timeZone, -1) + time, timeZone) : today;
  }
  return momentOfDay(text, now, timeZone) ?? momentWithOffset(text);
}

/** `yesterday 14:00`, `2026-11-22t03:12`, `22 nov, 03:12`. */
function momentOfDay(text: string, now: number, timeZone: string): number | null {
  const [, day = "", clock = ""] = /^(.+?)(?:,?\s+|(?<=\d)t)(\d{1,2}:[\d:.]+)$/.exec(text) ?? [];
  const wall = wallDayOf(day, now, timeZone);
  const ofDay = clockTime(clock);
  return wall === null || ofDay === null ? null : atWall(wall + ofDay, timeZone);
}

function momentWithOffset(text: string): number | null {
  const [, date = "", ofDay = "", offset = ""] = /^(\d{4}-\d{2}-\d{2})[t ]+([\d:.]+?)\s*(z|[-+]\d{2}:?\d{2})$/.exec(text) ?? [];
  if (wallDate(date) === null || clockTime(ofDay) === null) return null;
  const iso = Date.parse(`${date}T${ofDay}${offset.toUpperCase()}`);
  return Number.isNaN(iso) ? null : iso;
}

/**
 * The end of a range that begins at `from`: a time of day alone is that of the day on which the range begins, or of the next. Anything
 * else is a moment of its own.
 */
export function parseEnd(typed: string, from: number, { now, timeZone }: { now: number; timeZone: string }): number | null {
  const time = clockTime(typed.trim());
  if (time === null) return parseMoment(typed, now, timeZone);
  const sameDay = atWall(wallDay(from, timeZone) + time, timeZone);
  return sameDay > from ? sameDay : atWall(wallDay(from, timeZone, 1) + time, timeZone);
}
