/** Recognizes the first sample after a start, which has no rates and no shares yet. Pure. */

interface Reading {
  value: number | null;
  /** Of a counter: what it has counted. */
  total?: number | undefined;
}

/** Charts of shares, such as CPU usage, are unknown until the next sample. */
export function isFirstSample(metrics: readonly Reading[]): boolean {
  const counters = metrics.filter(({ total }) => total !== undefined);
  return counters.length > 0 && counters.every(({ value }) => value === null);
}
