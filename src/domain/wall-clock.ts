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
function wallFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", { ...WALL, timeZone });
  formats.set(timeZone, made);
  return made;
}

/** The zone's wall-clock time at a moment, encoded as if it were UTC. */
function wallOf(at: number, timeZone: string): number {
  const parts = wallFormat(timeZone).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/** The moment of a wall-clock time, which is encoded as if it were UTC; the first of two when clocks go back. */
export function atWall(wall: number, timeZone: string): number {
  const offset = (at: number) => wallOf(at, timeZone) - Math.floor(at / 1000) * 1000;
  const first = wall - offset(wall - 86_400_000);
  const second = wall - offset(first);
  const candidates = [first, second, wall - offset(wall + 86_400_000)];
  const right = candidates.filter((at) => wallOf(at, timeZone) === wall);
  return right.length > 0 ? Math.min(...right) : second;
}

/** Midnight of the day that contains `at` in wall-clock time, moved by whole days, encoded as if it were UTC. */
export function wallDay(at: number, timeZone: string, days = 0): number {
  const wall = new Date(wallOf(at, timeZone));
  return Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate() + days);
}

/** Midnight of the day that contains `at`, moved by whole days. */
export function dayStart(at: number, timeZone: string, days = 0): number {
  return atWall(wallDay(at, timeZone, days), timeZone);
}
