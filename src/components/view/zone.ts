/** Wall-clock arithmetic in a time zone; days start at local midnight, also those of 23 or 25 hours. Pure. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** Cache the formats: creating one costs more than using it a hundred times. */
function formatOf(name: string, timeZone: string, options: Intl.DateTimeFormatOptions, locale?: string): Intl.DateTimeFormat {
  const key = `${name} ${timeZone}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone });
  formats.set(key, made);
  return made;
}

const WALL: Intl.DateTimeFormatOptions = {
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
};

/** The zone's wall-clock time at a moment, encoded as if it were UTC. */
function wallOf(at: number, timeZone: string): number {
  const parts = formatOf("wall", timeZone, WALL, "en-US").formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/** The moment of a wall-clock time in the zone; the first of two when clocks go back. */
export function atWall(wall: number, timeZone: string): number {
  const offset = (at: number) => wallOf(at, timeZone) - Math.floor(at / 1000) * 1000;
  const first = wall - offset(wall - 86_400_000);
  const second = wall - offset(first);
  const candidates = [first, second, wall - offset(wall + 86_400_000)];
  const right = candidates.filter((at) => wallOf(at, timeZone) === wall);
  return right.length > 0 ? Math.min(...right) : second;
}

/** Midnight of the day that contains `at`, moved by whole days. */
export function dayStart(at: number, timeZone: string, days = 0): number {
  const wall = new Date(wallOf(at, timeZone));
  return atWall(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate() + days), timeZone);
}

export type ClockStyle = "time" | "moment" | "short" | "day";

const STYLES: Record<ClockStyle, Intl.DateTimeFormatOptions> = {
  time: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  moment: { dateStyle: "medium", timeStyle: "medium" },
  short: { dateStyle: "short", timeStyle: "medium" },
  day: { month: "short", day: "numeric" },
};

/** Formats a moment in the zone. */
export function showTime(at: number, timeZone: string, style: ClockStyle): string {
  return formatOf(style, timeZone, STYLES[style]).format(at);
}

/** Axis labels in one row, no finer than the ticks; the date at midnight. */
export function axisLabels(seconds: readonly number[], timeZone: string): string[] {
  const step = (seconds[1] ?? 0) - (seconds[0] ?? 0);
  const days = formatOf("day", timeZone, STYLES.day);
  if (step >= 86_400 - 3600) return seconds.map((second) => days.format(second * 1000));
  const fine = seconds.length > 1 && step < 60;
  const clock = fine
    ? formatOf("time", timeZone, STYLES.time)
    : formatOf("minute", timeZone, { hour: "2-digit", minute: "2-digit" });
  return seconds.map((second) => {
    const at = second * 1000;
    return second % 900 === 0 && dayStart(at, timeZone) === at ? days.format(at) : clock.format(at);
  });
}
