/** The vertical scale of a chart: three to five ticks at round values, and the ends. Pure. */
import { formatShortLimit } from "~/domain/format-value";
import type { Language } from "~/domain/language";

export interface Scale {
  min: number;
  max: number;
  ticks: number[];
}

const DECIMAL = [1, 2, 2.5, 5, 10];
const CLOCK_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];
const DAY_SECONDS = 86_400;
/** What measured values exceed a limit by when clocks are uneven. */
const OVERSHOOT = 1.05;

const isBytes = (unit: string) => unit.startsWith("By") || unit.startsWith("KiBy");
/** There is no half of a process; a load and an average queue have fractions. */
const isWhole = (unit: string) => /^\{\w+\}$/.test(unit) && !["{thread}", "{cpu}", "{operation}"].includes(unit);

/** The smallest round step that is not below `least`. */
function roundStep(least: number, unit: string): number {
  if (isBytes(unit)) return 2 ** Math.ceil(Math.log2(Math.max(1, least)));
  if (unit === "s" && least > 1) {
    return CLOCK_SECONDS.find((step) => step >= least) ?? Math.ceil(least / DAY_SECONDS) * DAY_SECONDS;
  }
  const power = 10 ** Math.floor(Math.log10(least));
  const isAllowed = (step: number) => !isWhole(unit) || Number.isInteger(step);
  // Rounded, as 3 * 0.1 is not 0.3.
  const steps = DECIMAL.map((factor) => Number((factor * power).toPrecision(12)));
  const step = steps.find((candidate) => candidate >= least * 0.999999 && isAllowed(candidate)) ?? 10 * power;
  return isWhole(unit) ? Math.max(1, step) : step;
}

function multiples(step: number, from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => Number(((from + index) * step).toPrecision(12)));
}

/** Where nothing but zero is drawn. */
function someOf(unit: string): number {
  if (isBytes(unit)) return 2048;
  return unit === "s" ? 0.001 : 1;
}

/** The multiples of a step and the limit itself, instead of a multiple that its label would touch. */
function ticksUpTo(limit: number, step: number): number[] {
  const ticks = multiples(step, 0, Math.floor(limit / step + 1e-9));
  const rest = limit - (ticks.at(-1) ?? 0);
  if (rest < step * 1e-6) return ticks;
  return [...(rest < step / 2 ? ticks.slice(0, -1) : ticks), limit];
}

/** From zero to above `max`, or below zero where there are such values. With a `limit`, such as all of the memory, it ends there. */
export function scaleOf({ min, max }: { min: number; max: number }, unit: string, limit?: number): Scale {
  if (limit !== undefined && limit > 0 && min >= 0 && max <= limit * OVERSHOOT) {
    const step = roundStep(limit / 4, unit);
    return { min: 0, max: limit, ticks: ticksUpTo(limit, step) };
  }
  if (min < 0) {
    const step = roundStep((max - min) / 3, unit);
    const low = Math.floor(min / step);
    const high = Math.max(low + 2, Math.ceil(max / step));
    return { min: low * step, max: high * step, ticks: multiples(step, low, high) };
  }
  const highest = max > 0 ? max : someOf(unit);
  const step = roundStep(highest / 4, unit);
  const count = Math.max(2, Math.ceil(highest / step - 1e-6));
  return { min: 0, max: count * step, ticks: multiples(step, 0, count) };
}

/** The same scale above and below zero, so that heights can be compared. */
export function mirroredScale(largest: number, unit: string): Scale {
  const step = roundStep((largest > 0 ? largest : someOf(unit)) / 2, unit);
  return { min: -2 * step, max: 2 * step, ticks: multiples(step, -2, 2) };
}

/** A tick's label, without its sign: the lower half shows the opposite direction, not a negative value. */
export function tickLabel(
  value: number,
  unit: string,
  { mirrored, language }: { mirrored: boolean; language: Language },
): string {
  return formatShortLimit(mirrored ? Math.abs(value) : value, unit, language);
}
