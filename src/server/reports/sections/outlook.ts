import { type Cell, quantity, type Section } from "~/domain/report";
import type { ReportInputs } from "../inputs";
import type { Outlook } from "../outlook";
import { table } from "../tables";

const WEEK_MS = 7 * 86_400_000;

/** What can run out, each with a forecast and its interval or the reason why there is none. */
export function outlookSection({ period }: ReportInputs, outlook: readonly Outlook[]): Section | null {
  if (outlook.length === 0) return null;
  const rows = outlook.map(({ name, last, forecast, full, until }): Cell[] => {
    const used = quantity(last, "1");
    if (forecast.kind === "none")
      return [name, used, forecast.reason, quantity(null, "1"), quantity(null, "1"), quantity(null, "1"), "–"];
    const ahead = forecast.at(Math.min(until, period.to + WEEK_MS));
    const clamp = (share: number) => quantity(Math.min(1, Math.max(0, share)), "1");
    const when: Cell = full === null || full.expected === null ? "not in sight" : { time: full.expected, shown: "day" };
    return [
      name,
      used,
      forecast.perDay > 0 ? "rises" : "falls",
      quantity(forecast.perDay, "1"),
      clamp(ahead.low),
      clamp(ahead.high),
      when,
    ];
  });
  const weeks = Math.min(...outlook.map(({ until }) => until), period.to + WEEK_MS);
  return {
    id: "outlook",
    title: "Outlook",
    blocks: [
      {
        kind: "paragraph",
        text: [
          "A straight line is drawn through the past only where it follows one; steps, saw-teeth and noise get no forecast. The interval holds the true value in nine cases of ten, ",
          quantity((weeks - period.to) / 1000, "s"),
          " after the period's end.",
        ],
      },
      table("What can run out", ["", "used", "trend", "a day", "interval from", "to", "full"], rows),
    ],
  };
}
