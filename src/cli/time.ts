/** Parses moments and ranges as people type them. Pure. */
import { CliError } from "./output";

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const DAY_MS = 86_400_000;

/** Midnight in this machine's time zone. */
function midnight(now: number): number {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

/** Parses `90m` ago, `now`, `today`, `yesterday`, the last time the clock showed `03:12`, or a date; NaN for anything else. */
export function parseMoment(text: string, now: number): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([smhdw])(?: ago)?$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return now - Number(amount) * (UNITS[unit] as number);
  if (text === "now") return now;
  if (text === "today") return midnight(now);
  if (text === "yesterday") return midnight(midnight(now) - DAY_MS / 2);
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (!clock) return Date.parse(text);
  const [hours, minutes, seconds] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return Number.NaN;
  const moment = new Date(now);
  moment.setHours(hours, minutes, seconds, 0);
  return moment.getTime() > now ? moment.getTime() - DAY_MS : moment.getTime();
}

export function momentOf(flag: string, text: string, now: number): number {
  const moment = parseMoment(text, now);
  if (!Number.isNaN(moment)) return moment;
  throw new CliError(2, `${flag} takes 2h, yesterday, 03:12 or 2026-11-22T03:12:00Z, not ${text}`);
}

export interface RangeFlags {
  hours?: string;
  since?: string;
  until?: string;
}

/** Epoch milliseconds. */
export function rangeOf({ hours, since, until }: RangeFlags, now: number, defaultHours: number): { from: number; to: number } {
  if (hours !== undefined && since !== undefined) throw new CliError(2, "give --hours or --since, not both");
  const to = until === undefined ? now : momentOf("--until", until, now);
  const length = Number(hours ?? defaultHours);
  if (!(length > 0)) throw new CliError(2, `--hours takes a number above 0, not ${hours}`);
  const from = since === undefined ? to - length * 3_600_000 : momentOf("--since", since, now);
  if (from >= to) throw new CliError(2, "the range ends before it begins: --since must be earlier than --until");
  return { from, to };
}
