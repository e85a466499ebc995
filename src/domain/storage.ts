/** Size of the history, now and in the future. Pure. */
import { formatText } from "./format-value";

const DAY_MS = 86_400_000;

export const STORED_TIERS = ["samples", "processes", "minutes", "hours", "tables"] as const;

/** What is stored of one tier. Times are epoch milliseconds. */
export interface StoredTier {
  name: (typeof STORED_TIERS)[number];
  rows: number;
  bytes: number;
  oldest: number | null;
  newest: number | null;
  /** Retention by age. */
  keepSeconds: number;
}

export interface SizeForecast {
  /** Size of the file once every tier has reached its retention, at most `maxBytes`. Null in the first hours. */
  steadyBytes: number | null;
  /** Days until the file reaches `maxBytes` and the oldest rows are deleted early; null if it never does. */
  daysUntilMax: number | null;
}

export interface Storage {
  /** Size of the file, of its unused pages, and its maximum size. */
  bytes: number;
  freeBytes: number;
  maxBytes: number;
  disk: { freeBytes: number; floorBytes: number; writable: boolean };
  tiers: StoredTier[];
  forecast: SizeForecast;
}

/** With less history than this, the growth per day is unknown. */
const MIN_AGE_MS = 2 * 3_600_000;
const FORECAST_DAYS = 3650;

export function forecastSize(tiers: readonly StoredTier[], usedBytes: number, maxBytes: number): SizeForecast {
  const growing = tiers.flatMap(({ bytes, oldest, newest, keepSeconds }) => {
    const ageMs = (newest ?? 0) - (oldest ?? 0);
    if (oldest === null || ageMs < MIN_AGE_MS) return [];
    const ageDays = ageMs / DAY_MS;
    const keepDays = (keepSeconds * 1000) / DAY_MS;
    return [{ perDay: bytes / ageDays, daysToGrow: Math.max(0, keepDays - ageDays) }];
  });
  if (growing.length === 0) return { steadyBytes: null, daysUntilMax: null };
  const after = (days: number) =>
    growing.reduce((sum, { perDay, daysToGrow }) => sum + perDay * Math.min(days, daysToGrow), usedBytes);
  const steady = after(FORECAST_DAYS);
  if (steady <= maxBytes) return { steadyBytes: Math.round(steady), daysUntilMax: null };
  let [low, high] = [0, FORECAST_DAYS];
  while (high - low > 0.1) {
    const middle = (low + high) / 2;
    if (after(middle) < maxBytes) low = middle;
    else high = middle;
  }
  return { steadyBytes: maxBytes, daysUntilMax: Math.round(high * 10) / 10 };
}

/** The forecast in words, for health and the command line. */
export function describeForecast({ bytes, freeBytes, maxBytes, forecast }: Storage): string {
  const used = `${formatText(bytes - freeBytes, "By")} of at most ${formatText(maxBytes, "By")}`;
  if (forecast.steadyBytes === null) return `${used}; estimate available in a few hours`;
  if (forecast.daysUntilMax === null) return `${used}; expected to level off at ${formatText(forecast.steadyBytes, "By")}`;
  const days = Math.ceil(forecast.daysUntilMax);
  return `${used}; limit reached in ~${days} ${days === 1 ? "day" : "days"}, then the oldest samples and process data are deleted early`;
}
