/** When a silence holds, in words. Pure. */
import type { Words } from "~/components/words/en";

type Window =
  | { kind: "once"; from: string; until: string }
  | { kind: "weekly"; days: readonly number[]; fromMinute: number; toMinute: number; timeZone: string | null };

interface Language {
  words: Pick<Words["alerts"]["silences"], "until" | "everyDay" | "weekly" | "days">;
  show: (at: number) => string;
}

function clockOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

export function windowText(window: Window, { words, show }: Language): string {
  if (window.kind === "once") return words.until(show(Date.parse(window.until)));
  const { days, fromMinute, toMinute, timeZone } = window;
  const named = days.length === 7 ? words.everyDay : days.map((day) => words.days[day]).join(", ");
  return words.weekly(named, clockOf(fromMinute), clockOf(toMinute), timeZone ? ` (${timeZone})` : "");
}
