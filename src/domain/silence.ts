/** Silences: once between two moments, or in a weekly window. A silenced alert is not sent; its state does not change. */
import type { Alert } from "./alert";
import { globMatches, labelsMatch } from "./match";
import type { Labels } from "./sample";
import { localTimeZone, wallTime } from "./wall-clock";

export type SilenceWindow =
  | { kind: "once"; from: number; until: number }
  | {
      kind: "weekly";
      /** 0 is Monday. */
      days: readonly number[];
      /** Minutes of the day; a window whose end is not after its start ends on the next day. */
      fromMinute: number;
      toMinute: number;
      /** IANA name; null for the server's time zone. */
      timeZone: string | null;
    };

export interface Silence {
  id: string;
  /** Name of a rule; `*` matches anything. */
  rule: string;
  match: Labels;
  note: string;
  createdBy: string | null;
  window: SilenceWindow;
}

const DAY_MINUTES = 1440;

/** Day of the week, 0 for Monday, and minute of the day in a time zone. */
function weekClock(at: number, timeZone: string | null): { day: number; minute: number } {
  const wall = new Date(wallTime(at, timeZone ?? localTimeZone()));
  return { day: (wall.getUTCDay() + 6) % 7, minute: wall.getUTCHours() * 60 + wall.getUTCMinutes() };
}

export function isActive(window: SilenceWindow, now: number): boolean {
  if (window.kind === "once") return now >= window.from && now < window.until;
  const { day, minute } = weekClock(now, window.timeZone);
  const { fromMinute, toMinute } = window;
  if (fromMinute < toMinute) return window.days.includes(day) && minute >= fromMinute && minute < toMinute;
  // A window over midnight belongs to the day on which it starts. If start and end are equal, it lasts a whole day.
  if (minute >= fromMinute && window.days.includes(day)) return true;
  return minute < toMinute % DAY_MINUTES && window.days.includes((day + 6) % 7);
}

export function silenceMatches({ rule, match, window }: Silence, alert: Pick<Alert, "rule" | "labels">, now: number): boolean {
  return globMatches(rule, alert.rule) && labelsMatch(match, alert.labels) && isActive(window, now);
}
