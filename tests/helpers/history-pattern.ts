import type { History } from "~/domain/history";

export const MINUTE = 60_000;

/** A history from 0 on with a reading in each minute that has an x. */
export function historyOf(pattern: string): Record<string, History> {
  const timestamps = [...pattern].map((_one, index) => index * MINUTE);
  const values = [...pattern].map((one) => (one === "x" ? 1 : null));
  const to = pattern.length * MINUTE;
  const series = [{ metric: "m", labels: {}, unit: "1", values }];
  return { m: { name: "m", from: 0, to, stepSeconds: 60, resolutionSeconds: 1, timestamps, series, omitted: 0 } };
}
