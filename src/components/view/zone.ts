/** Formats moments in a time zone and a language, on a 24-hour clock. Pure. */
import type { Language } from "~/domain/language";

/** Where and in which language a moment is read. */
export interface ClockPlace {
  timeZone: string;
  language: Language;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Cached: creating a format costs more than using it a hundred times. */
function formatOf(name: string, { timeZone, language }: ClockPlace, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${name} ${language} ${timeZone}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language, { ...options, hourCycle: "h23", timeZone });
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

export function showTime(at: number, place: ClockPlace, style: ClockStyle): string {
  return formatOf(style, place, STYLES[style]).format(at);
}

/** Axis labels in one row, no finer than the ticks; with the date where the day changes. */
export function axisLabels(seconds: readonly number[], place: ClockPlace): string[] {
  const step = (seconds[1] ?? 0) - (seconds[0] ?? 0);
  const days = formatOf("day", place, STYLES.day);
  if (step >= 86_400 - 3600) return seconds.map((second) => days.format(second * 1000));
  const minutes = formatOf("minute", place, { hour: "2-digit", minute: "2-digit" });
  const clock = seconds.length > 1 && step < 60 ? formatOf("time", place, STYLES.time) : minutes;
  let yesterday: string | undefined;
  return seconds.map((second) => {
    const at = second * 1000;
    const day = days.format(at);
    const isMidnight = second % 60 === 0 && minutes.format(at) === "00:00";
    const changes = yesterday !== undefined && yesterday !== day;
    yesterday = day;
    if (isMidnight) return day;
    return changes ? `${day}, ${clock.format(at)}` : clock.format(at);
  });
}
