/** How the monitor draws, with the time and source that it shows. */
export interface Theme {
  ascii: boolean;
  /** Epoch milliseconds. */
  now: number;
  intervalSeconds: number;
  /** Name of the data source, for the first line. */
  source: string;
}
