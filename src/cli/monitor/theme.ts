/** How the monitor draws, and the time and place that it shows. */
export interface Theme {
  ascii: boolean;
  /** Epoch milliseconds. */
  now: number;
  intervalSeconds: number;
  /** Where the numbers come from, for the first line. */
  source: string;
}
