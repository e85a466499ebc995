/** All that a report is made from, as plain data: gathered on the main thread, turned into a report in a child process. */
import type { Alert, AlertRule } from "~/domain/alert";
import type { History, HistorySeries } from "~/domain/history";
import type { HostFacts } from "~/domain/host";
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
  /** Histories by metric: of the period, of the one before, and of a longer past for forecasts. */
  current: Readonly<Record<string, History>>;
  previous: Readonly<Record<string, History>>;
  past: Readonly<Record<string, History>>;
  processes: ProcessAnalysis;
  /** Newest first; `alertsCut` when there were more. */
  alerts: readonly Alert[];
  alertsCut: boolean;
  previousAlerts: number;
  rules: readonly Pick<AlertRule, "metric" | "match" | "op" | "thresholds">[];
}

/** Label to value; null must be absent. */
export type Selection = Readonly<Record<string, string | null>>;

export function seriesOf(history: History | undefined, selection: Selection = {}): HistorySeries[] {
  return (history?.series ?? []).filter(({ labels }) =>
    Object.entries(selection).every(([name, value]) => (value === null ? !(name in labels) : labels[name] === value)),
  );
}

export interface Measured {
  series: HistorySeries;
  summary: Summary;
}

/** The one series of a metric that a selection names, with its summary; null without a reading. */
export function measured(history: History | undefined, selection: Selection = {}): Measured | null {
  for (const series of seriesOf(history, selection)) {
    const summary = summarise(series);
    if (summary) return { series, summary };
  }
  return null;
}

/** Every series of a metric that carries a label, by that label's value, with its summary. */
export function measuredBy(
  history: History | undefined,
  label: string,
  selection: Selection = {},
): (Measured & { name: string })[] {
  return seriesOf(history, selection).flatMap((series) => {
    const name = series.labels[label];
    const summary = name === undefined ? null : summarise(series);
    return name === undefined || summary === null ? [] : [{ name, series, summary }];
  });
}

export const TOTAL_CPU: Selection = { "cpu.mode": null, "cpu.logical_number": null };

/** The level from which the rules of this machine call a metric too much; null when none does. */
export function thresholdOf({ rules }: Pick<ReportInputs, "rules">, metric: string): number | null {
  const found = rules.find((rule) => rule.metric === metric && rule.op === "above" && Object.keys(rule.match).length === 0);
  const { warning, critical, info } = found?.thresholds ?? {};
  return warning ?? critical ?? info ?? null;
}
