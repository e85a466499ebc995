import type { Words } from "~/components/words/en";
import { atWall, wallDay } from "~/domain/wall-clock";

const HOUR_MS = 3_600_000;
const MORNING_MS = 8 * HOUR_MS;

export interface SilenceChoice {
  text: string;
  /** Epoch milliseconds. */
  until: number;
  /** What the server is asked for. It counts hours by its own clock. */
  asked: { hours: number } | { until: string };
}

/** Until when people silence an alert: for hours, or until the next working morning in the zone that the page shows. */
export function silenceChoices(now: number, timeZone: string, words: Words["alerts"]["silenceFor"]): SilenceChoice[] {
  // 0 is Sunday.
  const today = new Date(wallDay(now, timeZone)).getUTCDay();
  const untilMonday = (8 - today) % 7 || 7;
  const morning = (text: string, days: number) => {
    const until = atWall(wallDay(now, timeZone, days) + MORNING_MS, timeZone);
    return { text, until, asked: { until: new Date(until).toISOString() } };
  };
  return [
    ...[1, 2, 8].map((hours) => ({ text: words.hours(hours), until: now + hours * HOUR_MS, asked: { hours } })),
    morning(words.tomorrow, 1),
    ...(untilMonday > 1 ? [morning(words.monday, untilMonday)] : []),
  ];
}
