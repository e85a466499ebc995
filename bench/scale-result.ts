/** What `npm run bench scale` has measured. */
export interface ScaleResult {
  measuredAt: string;
  machine: string;
  seriesPerMachine: number;
  /** Bytes of a sample: sent, and on the engine's disk once merged. */
  wireBytes: number;
  diskBytes: number;
  /** Samples that the engine takes in a second of CPU time. */
  samplesPerCore: number;
  /** The twelve queries of the page of all machines. */
  refreshes: { machines: number; ms: number; cpuSeconds: number }[];
}
