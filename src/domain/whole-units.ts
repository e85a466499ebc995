/** Durations and sizes that somebody set, in the unit that they are set in: 7 days and not 1 week, 10080 minutes or 604800 s. Pure. */

export const DURATION_UNITS = ["second", "minute", "hour", "day"] as const;
export const SIZE_UNITS = ["MiB", "GiB", "TiB"] as const;

export type DurationUnit = (typeof DURATION_UNITS)[number];
export type SizeUnit = (typeof SIZE_UNITS)[number];
export type WholeUnit = DurationUnit | SizeUnit;

export const UNIT_SIZES: Readonly<Record<WholeUnit, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

export interface Count<Unit extends WholeUnit> {
  count: number;
  unit: Unit;
}

/** In the largest unit that leaves no rest, else in the smallest. */
function inWhole<Unit extends WholeUnit>(value: number, units: readonly [Unit, ...Unit[]]): Count<Unit> {
  const unit = units.findLast((one) => value > 0 && value % UNIT_SIZES[one] === 0) ?? units[0];
  return { count: Number((value / UNIT_SIZES[unit]).toFixed(3)), unit };
}

export function wholeDuration(seconds: number): Count<DurationUnit> {
  return inWhole(seconds, DURATION_UNITS);
}

export function wholeSize(bytes: number): Count<SizeUnit> {
  return inWhole(bytes, SIZE_UNITS);
}

/** As the configuration file takes it: `7d`, `1GiB`. */
export function writtenCount({ count, unit }: Count<WholeUnit>): string {
  return `${count}${unit in SUFFIXES ? SUFFIXES[unit as DurationUnit] : unit}`;
}

const SUFFIXES: Readonly<Record<DurationUnit, string>> = { second: "s", minute: "m", hour: "h", day: "d" };
