/** Forecasts when filesystems, inodes, memory and swap run out. Pure. */
import { safeName } from "~/domain/report";
import { type Forecast, forecast, type LimitReached, type NoForecast, reachesLimit } from "./forecast";
import { measured, measuredBy, type ReportInputs } from "./inputs";

export interface Outlook {
  /** "/var", "inodes of /var", "memory" or "swap". */
  name: string;
  kind: "filesystem" | "inodes" | "memory" | "swap";
  /** Last used share in the period. */
  last: number;
  forecast: Forecast | NoForecast;
  /** When it is full. Searched ahead by four times the length of the history, at most a year. Null without a rising trend. */
  full: LimitReached | null;
  /** End of that search, in epoch milliseconds. */
  until: number;
}

const DAY_MS = 86_400_000;
const LONGEST_LOOK_MS = 365 * DAY_MS;
const MOST = 40;

export function outlooks({ past, period }: Pick<ReportInputs, "past" | "period">): Outlook[] {
  const found: Outlook[] = [];
  const add = (name: string, kind: Outlook["kind"], metric: string, values: readonly (number | null)[]) => {
    const times = past[metric]?.timestamps ?? [];
    const last = values.findLast((value) => value !== null);
    const first = values.findIndex((value) => value !== null);
    if (last === undefined || last === null || first < 0) return;
    const answer = forecast(times, values, 1);
    const span = period.to - (times[first] ?? period.to);
    const until = period.to + Math.min(LONGEST_LOOK_MS, 4 * span);
    const full = answer.kind === "trend" && answer.perDay > 0 ? reachesLimit(answer, 1, { from: period.to, until }) : null;
    found.push({ name, kind, last, forecast: answer, full, until });
  };
  for (const [metric, kind] of [
    ["system.filesystem.utilization", "filesystem"],
    ["system.filesystem.inodes.utilization", "inodes"],
  ] as const) {
    const fullest = measuredBy(past[metric], "system.filesystem.mountpoint").sort((a, b) => b.summary.last - a.summary.last);
    for (const { name, series } of fullest.slice(0, MOST)) {
      add(kind === "inodes" ? `inodes of ${safeName(name)}` : safeName(name), kind, metric, series.values);
    }
  }
  const memory = measured(past["system.memory.utilization"]);
  if (memory) add("memory", "memory", "system.memory.utilization", memory.series.values);
  const swap = measured(past["system.paging.utilization"]);
  if (swap) add("swap", "swap", "system.paging.utilization", swap.series.values);
  return found;
}
