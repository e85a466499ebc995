/** When a schedule runs, in words. Pure. */
import type { Words } from "~/components/words/en";
import { whenOf } from "./schedule-draft";

/** Null for a pattern that has no words: it is shown as it is. */
export function scheduleText(cron: string, { schedules, editor }: Words["reports"]): string | null {
  const { every, time, weekday } = whenOf(cron);
  switch (every) {
    case "day":
      return schedules.daily(time);
    case "week":
      return schedules.weekly(editor.weekdays[Number(weekday)] ?? weekday, time);
    case "month":
      return schedules.monthly(time);
    case "cron":
      return null;
  }
}
