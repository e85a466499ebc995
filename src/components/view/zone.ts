/** Formats moments in a time zone. Pure. */
import { dayStart } from "~/domain/wall-clock";

const formats = new Map<string, Intl.DateTimeFormat>();

/** Cached: creating a format costs more than using it a hundred times. */
function formatOf(name: string, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${name} ${timeZone}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(undefined, { ...options, timeZone });
  formats.set(key, made);
  return made;
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
