import type { ReportSeries } from "~/domain/report";

/** The data from which the HTML report's script draws one chart. */
export interface PageChart {
  unit: string;
  stacked: boolean;
  timeZone: string;
  /** Epoch milliseconds. */
  timestamps: number[];
  series: ReportSeries[];
  top: number;
  valueTicks: number[];
  threshold: { value: number; label: string } | null;
}
