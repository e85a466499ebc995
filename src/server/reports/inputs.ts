/** The inputs of a report as plain data: gathered on the main thread, and sent to the child process that renders the report. */
import type { Alert, AlertRule } from "~/domain/alert";
import type { History, HistorySeries } from "~/domain/history";
import type { HostFacts } from "~/domain/host";
import type { Mark } from "~/domain/mark";
import type { Outlook } from "~/domain/outlook";
import type { ReportPeriod } from "~/domain/report";
import type { ProcessAnalysis } from "./process-analysis";
import { type Summary, summarise } from "./statistics";

export interface ReportInputs {
  /** Epoch milliseconds. */
  createdAt: number;
  version: string;
  timeZone: string;
  intervalSeconds: number;
  host: HostFacts;
  period: ReportPeriod;
  /** Histories by metric: of the period and of the previous one. */
  current: Readonly<Record<string, History>>;
  previous: Readonly<Record<string, History>>;
  /** Made at the end of the period. */
  outlook: readonly Outlook[];
  processes: ProcessAnalysis;
  /** Newest first; `alertsCut` when there were more. */
  alerts: readonly Alert[];
  alertsCut: boolean;
  previousAlerts: number;
  /** Notes, boots, changes of the configuration and what the kernel's log says, newest first. */
  marks: readonly Mark[];
  rules: readonly Pick<AlertRule, "metric" | "match" | "op" | "thresholds">[];
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
}

/** The first selected series that has readings, with its summary. Null when there is none. */
export function measured(history: History | undefined, selection: SeriesFilter = {}): Measured | null {
  for (const series of selectSeries(history, selection)) {
    const summary = summarise(series);
    if (summary) return { series, summary };
  }
  return null;
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
    return name === undefined || summary === null ? [] : [{ name, series, summary }];
  });
}

export const TOTAL_CPU: SeriesFilter = { "cpu.mode": null, "cpu.logical_number": null };

/**
 * The threshold of the first `above` rule that watches all series of a metric: warning, else critical, else info. Null without
 * such a rule.
 */
export function thresholdOf({ rules }: Pick<ReportInputs, "rules">, metric: string): number | null {
  const found = rules.find(
    (rule) =>
      rule.metric === metric &&
      rule.op === "above" &&
      Object.keys(rule.match).length === 0 &&
      Object.keys(rule.thresholds).length > 0,
  );
  const { warning, critical, info } = found?.thresholds ?? {};
  return warning ?? critical ?? info ?? null;
}
