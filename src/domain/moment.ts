/** Parses moments and durations as people type them: one grammar for the pages, the API and the command line. Pure. */
import { atWall, dayStart, wallDay } from "./wall-clock";

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };
const UNIT_WORDS = /^(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|y)$/;
const DURATION = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/;

/** Milliseconds of `90m` or `2 hours`. Null for no duration; `unknownUnit` for an amount of something else. */
export function parseDuration(text: string): number | { unknownUnit: string } | null {
  const [, amount, unit = ""] = DURATION.exec(text) ?? [];
  if (amount === undefined) return null;
  return UNIT_WORDS.test(unit) ? Number(amount) * (SECONDS[unit[0] ?? ""] as number) * 1000 : { unknownUnit: unit };
}

/** True for a whole day, such as `2026-11-24`. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

/** True for a time of day alone. */
export function isClockTime(text: string): boolean {
  return clockTime(text.trim()) !== null;
}

/** Midnight of `2026-11-24` in wall-clock time, encoded as if it were UTC. Null for a day that no calendar has. */
function wallDate(text: string): number | null {
  const wall = Date.parse(text);
  return !Number.isNaN(wall) && new Date(wall).toISOString().startsWith(text) ? wall : null;
}

/** Milliseconds since midnight of `14:00` or `14:00:30`. Null for anything else. */
function clockTime(text: string): number | null {
  const [, hours, minutes, seconds = "0"] = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/.exec(text) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** What `parseMoment` takes, for messages. */
export const MOMENT_FORMS =
  "2026-11-22T03:12:00Z, 2026-11-22 03:12, 03:12, yesterday 14:00, -2h, or epoch seconds or milliseconds";

/** Smaller numbers are no moment that anybody means; larger ones are milliseconds. */
const [LEAST_SECONDS, LEAST_MILLISECONDS] = [1e8, 1e11];

/** Epoch milliseconds of epoch seconds or milliseconds, told apart by their size. Null for what is neither. */
export function momentOfNumber(value: number): number | null {
  if (value === 0) return 0;
  if (!(value >= LEAST_SECONDS && value <= 8.64e15)) return null;
  return Math.trunc(value < LEAST_MILLISECONDS ? value * 1000 : value);
}

/**
 * Epoch milliseconds. Takes `now`, `now-90m`, `now+1h`, `-90m`, `90m ago`, `today`, `yesterday`, a date, a time of day (the last time that
 * the clock showed it), a day and a time (`yesterday 14:00`), ISO 8601, or epoch seconds or milliseconds; without an offset, times are in
 * the zone. Null for anything else.
 */
export function parseMoment(typed: string, now: number, timeZone: string): number | null {
  const text = typed.trim().toLowerCase();
  if (text === "now") return now;
  if (text === "today") return dayStart(now, timeZone);
  if (text === "yesterday") return dayStart(now, timeZone, -1);
  if (/^\d+(?:\.\d+)?$/.test(text)) return momentOfNumber(Number(text));
  const [, sign, after, ago] = /^(?:(?:now\s*)?([-+])\s*(.+)|(.+?)\s+ago)$/.exec(text) ?? [];
  if (after !== undefined || ago !== undefined) {
    const ms = parseDuration(after ?? ago ?? "");
    if (typeof ms !== "number") return null;
    return sign === "+" ? now + ms : now - ms;
  }
  if (isDate(text)) {
    const wall = wallDate(text);
    return wall === null ? null : atWall(wall, timeZone);
  }
  const time = clockTime(text);
  if (time !== null) {
    const today = atWall(wallDay(now, timeZone) + time, timeZone);
    return today > now ? atWall(wallDay(now, timeZone, -1) + time, timeZone) : today;
  }
  const [, day = "", clock = ""] = /^(today|yesterday|\d{4}-\d{2}-\d{2})[ t]+([\d:.]+)$/.exec(text) ?? [];
  if (day !== "") {
    const wall = isDate(day) ? wallDate(day) : wallDay(now, timeZone, day === "yesterday" ? -1 : 0);
    const ofDay = clockTime(clock);
    return wall === null || ofDay === null ? null : atWall(wall + ofDay, timeZone);
  }
  const [, date = "", ofDay = "", offset = ""] = /^(\d{4}-\d{2}-\d{2})[t ]+([\d:.]+?)\s*(z|[-+]\d{2}:?\d{2})$/.exec(text) ?? [];
  if (wallDate(date) === null || clockTime(ofDay) === null) return null;
  const iso = Date.parse(`${date}T${ofDay}${offset.toUpperCase()}`);
  return Number.isNaN(iso) ? null : iso;
}
