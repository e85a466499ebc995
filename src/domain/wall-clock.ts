/** Wall-clock arithmetic in a time zone. Days start at local midnight, also those of 23 or 25 hours. Pure but for `localTimeZone`. */

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
export function wallTime(at: number, timeZone: string): number {
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

/** Whether Intl accepts the name. It refuses one that it returns itself: `Etc/Unknown`, where no zone is set. */
export function isTimeZone(name: string): boolean {
  try {
    wallFormat(name);
    return true;
  } catch {
    return false;
  }
}

/** `+01:00` */
export function offsetText(offsetMs: number): string {
  const pad = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.abs(Math.round(offsetMs / 60_000));
  return `${offsetMs < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

interface ZoneSources {
  /** The zone that Intl uses; Node leaves it undefined for a TZ that it has no name for. */
  used: string | undefined;
  /** The variable TZ: a name, the path of a zone's file, or a rule such as `JST-9`; a colon may precede it. */
  variable: string | undefined;
  offsetMs: number;
  /** The file that a path leads to, or null. */
  fileAt: (path: string) => string | null;
}

const ZONE_FOLDER = /^.*\/zoneinfo\/(?:(?:posix|right)\/)?/;

const HOUR_MS = 3_600_000;

/** A zone of an offset that every Intl accepts: not all do `+09:00`. */
function zoneOf(offsetMs: number): string {
  if (offsetMs === 0) return "UTC";
  // The sign is that of POSIX: east is below zero.
  const hours = `Etc/GMT${offsetMs > 0 ? "-" : "+"}${Math.abs(offsetMs / HOUR_MS)}`;
  return [hours, offsetText(offsetMs)].find(isTimeZone) ?? "UTC";
}

/** A zone that Intl accepts: the one that this machine names, or else its present offset from UTC. */
export function namedZone({ used, variable, offsetMs, fileAt }: ZoneSources): string {
  if (used !== undefined && isTimeZone(used)) return used;
  const written = (variable ?? "/etc/localtime").replace(/^:/, "");
  const file = written.startsWith("/") ? fileAt(written) : null;
  const names = [written.replace(ZONE_FOLDER, ""), file?.replace(ZONE_FOLDER, "")];
  const known = names.find((name) => name !== undefined && isTimeZone(name));
  return known ?? zoneOf(offsetMs);
}

/** A zone's file is behind a link on most systems. Pages run this too, and a browser has no files. */
function fileAt(path: string): string | null {
  try {
    return globalThis.process.getBuiltinModule("node:fs").realpathSync(path);
  } catch {
    return null;
  }
}

let known: string | undefined;

/** IANA name of this machine's zone, or one of its offset if it has no name. */
export function localTimeZone(): string {
  known ??= namedZone({
    used: Intl.DateTimeFormat().resolvedOptions().timeZone,
    variable: globalThis.process?.env?.TZ,
    offsetMs: -new Date().getTimezoneOffset() * 60_000,
    fileAt,
  });
  return known;
}
