/** The inputs of a report as plain data: gathered on the main thread, and sent to the child process that renders the report. */
import type { Alert, AlertRule } from "~/domain/alert";
import type { History, HistorySeries } from "~/domain/history";
import type { HostFacts } from "~/domain/host";
import type { Mark } from "~/domain/mark";
import type { Outlook } from "~/domain/outlook";
import type { ReportPeriod } from "~/domain/report";
import type { ProcessAnalysis } from "./process-analysis";
import { present, type SeriesValues, type Summary, summarise, totalOf } from "./statistics";

export interface ReportInputs {
  /** Epoch milliseconds. */
  createdAt: number;
  version: string;
  timeZone: string;
  intervalSeconds: number;
  host: HostFacts;
  /** What somebody asked for, and the part of it from the first reading to the last: the report is about that. */
  asked: ReportPeriod;
  period: ReportPeriod;
  /** Histories by metric: of the period and of the previous one, which is of the same length. */
  current: Readonly<Record<string, History>>;
  previous: Readonly<Record<string, History>>;
  /** Metrics with so many series in the period that only those with the highest values, and the totals, are included. */
  cut: readonly string[];
  /** Seconds that were measured of each step of the histories of the period, by the length of the steps. */
  measuredSeconds: Readonly<Record<number, SeriesValues>>;
  /** Made at the end of the period. */
  outlook: readonly Outlook[];
  processes: ProcessAnalysis;
  /** Newest first; `alertsCut` when there were more. */
  alerts: readonly Alert[];
  alertsCut: boolean;
  /** Those that fire when the report is made, newest first. */
  firing: readonly Alert[];
  previousAlerts: number;
  /** Notes, boots, changes of the configuration and what the kernel's log says, newest first. */
  marks: readonly Mark[];
  rules: readonly Pick<AlertRule, "metric" | "match" | "op" | "thresholds" | "forecastSeconds">[];
}

/** Label to value. Null means that the series must not have the label. */
export type SeriesFilter = Readonly<Record<string, string | null>>;

export function selectSeries(history: History | undefined, selection: SeriesFilter = {}): HistorySeries[] {
  return (history?.series ?? []).filter(({ labels }) =>
    Object.entries(selection).every(([name, value]) => (value === null ? !(name in labels) : labels[name] === value)),
  );
}

export interface Measured {
  series: HistorySeries;
  summary: Summary;
  stepSeconds: number;
}

const newestOf = ({ values }: HistorySeries) => values.findLastIndex((value) => value !== null);

/** The selected series with the newest reading, with its summary: others are of what was there before. Null when there is none. */
export function measured(history: History | undefined, selection: SeriesFilter = {}): Measured | null {
  const [series] = selectSeries(history, selection).sort((a, b) => newestOf(b) - newestOf(a));
  const summary = series && summarise(series);
  return summary ? { series, summary, stepSeconds: history?.stepSeconds ?? 0 } : null;
}

/** Every series that has the label and readings, with its summary. `name` is the value of the label. */
export function measuredBy(
  history: History | undefined,
  label: string,
  selection: SeriesFilter = {},
): (Measured & { name: string })[] {
  return selectSeries(history, selection).flatMap((series) => {
    const name = series.labels[label];
    const summary = name === undefined ? null : summarise(series);
    return name === undefined || summary === null ? [] : [{ name, series, summary, stepSeconds: history?.stepSeconds ?? 0 }];
  });
}

/** Seconds that were measured of each step of a series. */
export const secondsOf = ({ measuredSeconds }: Pick<ReportInputs, "measuredSeconds">, { stepSeconds }: Measured): SeriesValues =>
  measuredSeconds[stepSeconds] ?? [];

/** What a rate adds up to in the period. Null without readings. */
export function totalIn(inputs: ReportInputs, metric: string, selection: SeriesFilter = {}): number | null {
  const found = measured(inputs.current[metric], selection);
  return found && totalOf(found.series.values, secondsOf(inputs, found));
}

/** Those that are shown. */
export const CPU_MODES = ["user", "system", "iowait", "softirq", "steal", "nice"] as const;

export const TOTAL_CPU: SeriesFilter = { "cpu.mode": null, "cpu.logical_number": null };

/**
 * Thresholds of the rule that watches the values of a metric: one for all series before one for some. Null without such a rule. The
 * report judges by the rules of the alerts, so that both say the same.
 */
export function thresholdsOf({ rules }: Pick<ReportInputs, "rules">, metric: string): AlertRule["thresholds"] | null {
  const [first] = rules
    .filter((rule) => rule.metric === metric && rule.op === "above" && rule.forecastSeconds === null)
    .filter(({ thresholds }) => Object.keys(thresholds).length > 0)
    .sort((a, b) => Object.keys(a.match).length - Object.keys(b.match).length);
  return first?.thresholds ?? null;
}

/** The threshold that is drawn: that of a warning, else the only one there is. */
export function thresholdOf(inputs: Pick<ReportInputs, "rules">, metric: string): number | null {
  const { warning, critical, info } = thresholdsOf(inputs, metric) ?? {};
  return warning ?? critical ?? info ?? null;
}

const MOUNT = "system.filesystem.mountpoint";
/** A filesystem without a reading in as many of the last steps was unmounted. */
const LAST_STEPS = 3;

/** Filesystems that can fill up and are mounted at the end of the period, the fullest first. */
export function filesystemsOf(
  { current }: Pick<ReportInputs, "current">,
  metric = "system.filesystem.utilization",
): (Measured & { name: string })[] {
  const history = current[metric];
  return measuredBy(history, MOUNT)
    .filter(
      ({ series }) => series.labels["system.filesystem.mode"] !== "ro" && present(series.values.slice(-LAST_STEPS)).length > 0,
    )
    .filter(({ name, series }) => measured(history, { [MOUNT]: name })?.series === series)
    .sort((a, b) => b.summary.last - a.summary.last || a.name.localeCompare(b.name));
}
