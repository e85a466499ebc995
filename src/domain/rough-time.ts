/** A time ahead, as exact as a forecast is. */
export interface RoughTime {
  count: number;
  unit: "minute" | "hour" | "day";
}

/** Minutes up to an hour, hours up to two days, days beyond. */
export function roughTime(seconds: number): RoughTime {
  if (seconds < 3600) return { count: Math.max(1, Math.round(seconds / 60)), unit: "minute" };
  if (seconds < 48 * 3600) return { count: Math.round(seconds / 3600), unit: "hour" };
  return { count: Math.round(seconds / 86_400), unit: "day" };
}
