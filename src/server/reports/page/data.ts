import type { ReportSeries } from "~/domain/report";

/** What the HTML report's script needs to draw one chart. */
export interface PageChart {
  unit: string;
  stacked: boolean;
  timeZone: string;
  /** Epoch milliseconds. */
  timestamps: number[];
  series: ReportSeries[];
  top: number;
  valueTicks: number[];
  threshold: number | null;
}
