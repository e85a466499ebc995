import { isProven, REFUSALS, reachOf, valueAt } from "~/domain/forecast";
import type { Outlook } from "~/domain/outlook";
import { type Cell, type Prose, quantity, type Section, span } from "~/domain/report";
import { filesystemsOf, type ReportInputs } from "../inputs";
import { outlookName, usedAtEnd } from "../outlook";
import { isForCapacity } from "../quality";
import { table } from "../tables";

const WEEK_MS = 7 * 86_400_000;
const NONE = "–";

function rowOf(inputs: ReportInputs, one: Outlook): Cell[] {
  const { forecast, full } = one;
  const used = quantity(usedAtEnd(inputs, one), "1");
  if (forecast.kind === "none") return [outlookName(one), used, REFUSALS[forecast.reason], NONE, NONE, NONE, NONE, NONE];
  const aheadMs = Math.min(WEEK_MS, reachOf(forecast) * 1000);
  const ahead = valueAt(forecast, forecast.madeAt + aheadMs);
  const clamp = (share: number) => quantity(Math.min(1, Math.max(0, share)), "1");
  const notSaid = forecast.perSecond < 0 || isProven(forecast) ? "not in sight" : REFUSALS.wrong;
  return [
    outlookName(one),
    used,
    forecast.perSecond > 0 ? "rising" : "falling",
    full === null ? notSaid : { time: full.expected, shown: "date" },
    quantity(forecast.perSecond * 86_400, "1"),
    quantity(Math.round(aheadMs / 60_000) * 60, "s"),
    clamp(ahead.low),
    clamp(ahead.high),
  ];
}

const COLUMNS = ["", "used", "trend", "full around", "per day", "forecast in", "90% range from", "to"];
/** Those of which something is known when nothing has a trend. */
const WITHOUT_TREND = 3;

const isMounted = (inputs: ReportInputs) => {
  const space = new Set(filesystemsOf(inputs).map(({ name }) => name));
  return ({ mountpoint }: Outlook) => mountpoint === null || space.has(mountpoint);
};

/** What can run out, each with a forecast and its range or the reason why there is none. */
export function outlookSection(inputs: ReportInputs): Section | null {
  const { outlook, period } = inputs;
  if (outlook.length === 0) return null;
  const title = "Capacity forecast";
  if (!isForCapacity(inputs)) {
    const text: Prose = ["No forecast: it takes a day of measurements, and the ", span(period), " of this report contain less."];
    return { id: "outlook", title, blocks: [{ kind: "paragraph", text }] };
  }
  const shown = outlook.filter(isMounted(inputs));
  const columns = shown.some(({ forecast }) => forecast.kind === "trend") ? COLUMNS : COLUMNS.slice(0, WITHOUT_TREND);
  const rows = shown.map((one) => rowOf(inputs, one).slice(0, columns.length));
  return {
    id: "outlook",
    title,
    blocks: [
      table("Filesystems, memory and swap", columns, rows),
      { kind: "paragraph", text: ["Forecasts are linear, and shown only where the trend is."] },
    ],
  };
}
