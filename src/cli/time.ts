/** Moments and ranges of the command line: the flags that take them, and how times are printed. */
import { MOMENT_FORMS, parseEnd, parseMoment } from "~/domain/moment";
import { localTimeZone, offsetText, zoneOffset } from "~/domain/wall-clock";
import { CliError } from "./output";

/** Epoch milliseconds; days and times are in this machine's time zone. */
export function momentOf(flag: string, text: string, now: number): number {
  return known(flag, text, parseMoment(text, now, localTimeZone()));
}

function known(flag: string, text: string, moment: number | null): number {
  if (moment !== null) return moment;
  throw new CliError(2, `Cannot read ${flag} '${text}'. Try ${MOMENT_FORMS}.`);
}

export interface RangeFlags {
  hours?: string;
  since?: string;
  until?: string;
}

/** Epoch milliseconds. */
export function rangeOf({ hours, since, until }: RangeFlags, now: number, defaultHours: number): { from: number; to: number } {
  if (hours !== undefined && since !== undefined) throw new CliError(2, "Use either --hours or --since, not both.");
  const length = Number(hours ?? defaultHours);
  if (!(length > 0)) throw new CliError(2, `--hours must be a number above 0, not '${hours}'.`);
  const start = since === undefined ? null : momentOf("--since", since, now);
  const to = until === undefined ? now : endOf(until, start, now);
  const from = start ?? to - length * 3_600_000;
  if (from >= to) throw new CliError(2, "The range ends before it begins. --since must be earlier than --until.");
  return { from, to };
}

/** `--since "2026-11-22 14:00" --until 15:30` is an hour and a half. */
function endOf(until: string, start: number | null, now: number): number {
  if (start === null) return momentOf("--until", until, now);
  return known("--until", until, parseEnd(until, start, { now, timeZone: localTimeZone() }));
}

let printsUtc = false;

/** Called once, before a command runs. */
export function useUtc(wanted: boolean): void {
  printsUtc = wanted;
}

/** `2026-11-22 04:12:00+01:00` in this machine's time zone, or `2026-11-22 03:12:00Z` with --utc. Flags such as --at take both. */
export function timeText(moment: number | string, timeZone = localTimeZone()): string {
  const at = typeof moment === "string" ? Date.parse(moment) : moment;
  const offset = printsUtc ? 0 : zoneOffset(at, timeZone);
  const wall = new Date(at + offset).toISOString().slice(0, 19).replace("T", " ");
  return `${wall}${printsUtc ? "Z" : offsetText(offset)}`;
}
