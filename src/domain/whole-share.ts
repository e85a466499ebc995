/** Thresholds of metrics that are a share of a whole: people write 70 and mean 70%. Pure. */

/** Metrics in the unit 1 that are shares of a whole. Others, such as load by core, are ratios. */
export function isWholeShare(metric: string): boolean {
  return metric.endsWith(".utilization") || metric.includes(".pressure.");
}

/** 70 and 0.7 are both 70%. Up to 1 a number is a share already: 1 is the whole. */
export function shareOf(value: number): number {
  return Math.abs(value) > 1 ? Number((value / 100).toPrecision(12)) : value;
}
