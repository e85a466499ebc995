import { isProven, REFUSALS, reachOf, valueAt } from "~/domain/forecast";
import { type Cell, quantity, type Section } from "~/domain/report";
import type { ReportInputs } from "../inputs";
import { outlookName } from "../outlook";
import { table } from "../tables";

const WEEK_MS = 7 * 86_400_000;

/** What can run out, each with a forecast and its interval or the reason why there is none. */
export function outlookSection({ outlook }: ReportInputs): Section | null {
  if (outlook.length === 0) return null;
  const none = quantity(null, "1");
  const rows = outlook.map((one): Cell[] => {
    const { last, forecast, full } = one;
    const name = outlookName(one);
    const used = quantity(last, "1");
    if (forecast.kind === "none") return [name, used, REFUSALS[forecast.reason], none, none, none, none, "–"];
    const aheadMs = Math.min(WEEK_MS, reachOf(forecast) * 1000);
    const ahead = valueAt(forecast, forecast.madeAt + aheadMs);
    const clamp = (share: number) => quantity(Math.min(1, Math.max(0, share)), "1");
    const notSaid = forecast.perSecond < 0 || isProven(forecast) ? "not in sight" : "earlier forecasts were wrong";
    return [
      name,
      used,
      forecast.perSecond > 0 ? "rises" : "falls",
      quantity(forecast.perSecond * 86_400, "1"),
      quantity(aheadMs / 1000, "s"),
      clamp(ahead.low),
      clamp(ahead.high),
      full === null ? notSaid : { time: full.expected, shown: "minute" },
    ];
  });
  return {
    id: "outlook",
    title: "Outlook",
    blocks: [
      {
        kind: "paragraph",
        text: [
          "A forecast carries on the last stretch without a change. Steps, saw-teeth, noise and what has ended get none. The interval held nine of ten values when it was tried on the stretch's own past, and when something is full is told only where nine of ten such times were right.",
        ],
      },
      table("What can run out", ["", "used", "trend", "a day", "after", "interval from", "to", "full"], rows),
    ],
  };
}
