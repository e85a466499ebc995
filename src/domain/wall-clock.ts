/** Wall-clock arithmetic in a time zone. Days start at local midnight, also those of 23 or 25 hours. Pure. */

const WALL: Intl.DateTimeFormatOptions = {
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** Cached: creating a format costs more than using it a hundred times. */
function wallFormat(timeZone: string | undefined): Intl.DateTimeFormat {
  const key = timeZone ?? "";
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", { ...WALL, ...(timeZone !== undefined && { timeZone }) });
  formats.set(key, made);
  return made;
}

/** The zone's wall-clock time at a moment, encoded as if it were UTC. Without a zone, that of this machine. */
export function wallTime(at: number, timeZone?: string): number {
  const parts = wallFormat(timeZone).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/** The offset of the zone from UTC at a moment, in milliseconds. */
export function zoneOffset(at: number, timeZone: string): number {
  return wallTime(at, timeZone) - Math.floor(at / 1000) * 1000;
}

/** The moment of a wall-clock time, which is encoded as if it were UTC; the first of two when clocks go back. */
export function atWall(wall: number, timeZone: string): number {
  const first = wall - zoneOffset(wall - 86_400_000, timeZone);
  const second = wall - zoneOffset(first, timeZone);
  const candidates = [first, second, wall - zoneOffset(wall + 86_400_000, timeZone)];
  const right = candidates.filter((at) => wallTime(at, timeZone) === wall);
  return right.length > 0 ? Math.min(...right) : second;
}

/** Midnight of the day that contains `at` in wall-clock time, moved by whole days, encoded as if it were UTC. */
export function wallDay(at: number, timeZone: string, days = 0): number {
  const wall = new Date(wallTime(at, timeZone));
  return Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate() + days);
}

/** Midnight of the day that contains `at`, moved by whole days. */
export function dayStart(at: number, timeZone: string, days = 0): number {
  return atWall(wallDay(at, timeZone, days), timeZone);
}

/** "2026-11-22 03:12:00 UTC": a moment in the server's messages, whose reader may be in any zone. */
export function utcText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** IANA name of this machine's zone. */
export function localTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
