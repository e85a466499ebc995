import { atWall, wallDay } from "~/domain/wall-clock";

const HOUR_MS = 3_600_000;
const MORNING_MS = 8 * HOUR_MS;

export interface SilenceChoice {
  text: string;
  /** Epoch milliseconds. */
  until: number;
}

/** Until when people silence an alert: for hours, or until the next working morning in the zone that the page shows. */
export function silenceChoices(now: number, timeZone: string): SilenceChoice[] {
  const mornings = (days: number) => atWall(wallDay(now, timeZone, days) + MORNING_MS, timeZone);
  // 0 is Sunday.
  const today = new Date(wallDay(now, timeZone)).getUTCDay();
  const untilMonday = (8 - today) % 7 || 7;
  return [
    { text: "For 1 hour", until: now + HOUR_MS },
    { text: "For 2 hours", until: now + 2 * HOUR_MS },
    { text: "For 8 hours", until: now + 8 * HOUR_MS },
    { text: "Until tomorrow 8:00", until: mornings(1) },
    ...(untilMonday > 1 ? [{ text: "Until Monday 8:00", until: mornings(untilMonday) }] : []),
  ];
}
