/**
 * What is usual for a series at an hour: the middle nine tenths of what it was at that hour of the week, or, while few weeks are known,
 * at that hour of the day; and how far beyond them a value is unusual. No training: quantiles and the median of the distances. Pure.
 */
import { formatText } from "./format-value";
import type { HistorySeries } from "./history";
import { medianOf, quantileOf } from "./robust";
import { type Labels, seriesKey } from "./sample";
import { atWall, wallTime } from "./wall-clock";

export interface Band {
  /** Nine of ten values lay between these. */
  low: number;
  high: number;
  /** Below or above these, a mean of ten minutes is unusual. */
  least: number;
  most: number;
  basis: "hour of the week" | "hour of the day";
  /** How many weeks or days it rests on. */
  times: number;
}

export interface UsualSeries {
  metric: string;
  labels: Labels;
  unit: string;
  band: Band;
}

export interface PastHour {
  from: number;
  to: number;
  /** It was the same day of the week. */
  isSameDay: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What happens about the hour may happen a little earlier or later. */
const MARGIN_MS = 10 * 60_000;
const WEEKS = 5;
const DAYS = 14;
const LEAST_WEEKS = 3;
const LEAST_DAYS = 4;
/** An hour counts with at least so many means of five minutes. */
const LEAST_IN_HOUR = 6;
const [LOW, HIGH] = [0.05, 0.95];
/** Standard deviations of a normal distribution for each median distance. */
const DEVIATIONS = 1.4826;
/** Unusual begins so many widths of the band, or spreads, beyond it. */
const WIDTHS = 0.75;
const SPREADS = 3;

/** Means of this many seconds are looked at. */
export const USUAL_STEP_SECONDS = 300;
/** A value is the mean of this time. */
export const UNUSUAL_SECONDS = 600;

/** The beginning of the hour of `at` on the clocks of the zone. */
export function hourStart(at: number, timeZone: string): number {
  return at - (((wallTime(at, timeZone) % HOUR_MS) + (at % 1000)) % HOUR_MS);
}

/** The hours before that of `at` at which clocks showed the same: the days of two weeks, then the weeks before. Newest first. */
export function pastHours(at: number, timeZone: string): PastHour[] {
  const wall = wallTime(hourStart(at, timeZone), timeZone);
  const days = [
    ...Array.from({ length: DAYS }, (_, day) => day + 1),
    ...Array.from({ length: WEEKS - 2 }, (_, week) => 7 * (week + 3)),
  ];
  return days.map((day) => {
    const start = atWall(wall - day * DAY_MS, timeZone);
    return { from: start - MARGIN_MS, to: start + HOUR_MS + MARGIN_MS, isSameDay: day % 7 === 0 };
  });
}

/** A smaller difference matters to nobody, whatever is usual. */
const LEAST_DIFFERENCES: Readonly<Record<string, number>> = {
  "system.cpu.utilization": 0.1,
  "system.cpu.load_average.1m": 1,
  "system.memory.utilization": 0.05,
  "system.paging.utilization": 0.05,
  "system.disk.io": 4e6,
  "system.network.io": 1e6,
  "system.linux.pressure.cpu.some": 0.1,
  "system.linux.pressure.memory.some": 0.03,
  "system.linux.pressure.io.some": 0.1,
};

function leastDifference(metric: string, unit: string, median: number): number {
  return LEAST_DIFFERENCES[metric] ?? (unit === "1" ? 0.03 : 0.1 * Math.abs(median));
}

/** From the values of each past hour, in the order of `pastHours`. Null while too little is known. */
export function bandOf(
  { metric, unit }: { metric: string; unit: string },
  hours: readonly Pick<PastHour, "isSameDay">[],
  values: readonly (readonly number[])[],
): Band | null {
  const known = hours.flatMap(({ isSameDay }, index) => {
    const found = values[index] ?? [];
    return found.length >= LEAST_IN_HOUR ? [{ isSameDay, found }] : [];
  });
  const weeks = known.filter(({ isSameDay }) => isSameDay);
  const isWeekly = weeks.length >= LEAST_WEEKS;
  const chosen = isWeekly ? weeks : known.slice(0, DAYS);
  if (chosen.length < (isWeekly ? LEAST_WEEKS : LEAST_DAYS)) return null;
  const all = chosen.flatMap(({ found }) => found);
  const median = medianOf(all);
  const [low, high] = [quantileOf(all, LOW), quantileOf(all, HIGH)];
  const spread = DEVIATIONS * medianOf(all.map((value) => Math.abs(value - median)));
  const margin = Math.max(WIDTHS * (high - low), SPREADS * spread, leastDifference(metric, unit, median));
  return {
    low,
    high,
    least: low - margin,
    most: high + margin,
    basis: isWeekly ? "hour of the week" : "hour of the day",
    times: chosen.length,
  };
}

/** How far a value is beyond what is usual, in margins; 0 or less when it is usual. */
export function beyond({ low, high, least, most }: Band, value: number): number {
  return Math.max((value - most) / (most - high), (least - value) / (low - least));
}

/** "usually 12% to 31% at this hour". */
export function usualWords({ low, high }: Pick<Band, "low" | "high">, unit: string): string {
  const [from, to] = [formatText(low, unit), formatText(high, unit)];
  return from === to ? `usually ${to} at this hour` : `usually ${from} to ${to} at this hour`;
}

/** What the ranking looks at, each by the name that a person would use. Filesystems fill: of them the outlook tells. */
const WATCHED: readonly { metric: string; labels?: Labels; name: string }[] = [
  { metric: "system.cpu.utilization", name: "CPU" },
  { metric: "system.cpu.load_average.1m", name: "Load" },
  { metric: "system.memory.utilization", name: "Memory" },
  { metric: "system.paging.utilization", name: "Swap" },
  { metric: "system.disk.io", labels: { "disk.io.direction": "read" }, name: "Disk read" },
  { metric: "system.disk.io", labels: { "disk.io.direction": "write" }, name: "Disk write" },
  { metric: "system.network.io", labels: { "network.io.direction": "receive" }, name: "Network receive" },
  { metric: "system.network.io", labels: { "network.io.direction": "transmit" }, name: "Network transmit" },
  { metric: "system.linux.pressure.cpu.some", name: "CPU pressure" },
  { metric: "system.linux.pressure.memory.some", name: "Memory pressure" },
  { metric: "system.linux.pressure.io.some", name: "I/O pressure" },
];
const NAMES = new Map(WATCHED.map(({ metric, labels = {}, name }) => [seriesKey({ metric, labels }), name]));
const MOST_UNUSUAL = 5;
/** A mean of ten minutes needs this share of them: the first minutes of a machine are like no others. */
const COVERED = 0.8;

export interface Unusual extends UsualSeries {
  name: string;
  /** Mean of the last ten minutes. */
  value: number;
}

/** What is unusual, the most unusual first. `recent` has the means of the last minutes. */
export function unusualOf(recent: readonly HistorySeries[], usual: readonly UsualSeries[]): Unusual[] {
  const bands = new Map(usual.map((one) => [seriesKey(one), one]));
  return recent
    .flatMap((series) => {
      const key = seriesKey(series);
      const [name, known] = [NAMES.get(key), bands.get(key)];
      const values = series.values.filter((value) => value !== null);
      if (name === undefined || !known || values.length < COVERED * series.values.length) return [];
      const value = values.reduce((sum, one) => sum + one, 0) / values.length;
      const by = beyond(known.band, value);
      return by > 0 ? [{ by, one: { ...known, name, value } }] : [];
    })
    .sort((a, b) => b.by - a.by)
    .slice(0, MOST_UNUSUAL)
    .map(({ one }) => one);
}
