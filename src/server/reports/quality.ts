/** Calculates how much of a period was measured. Pure. */
import type { History } from "~/domain/history";
import type { ReportPeriod } from "~/domain/report";
import type { ReportInputs } from "./inputs";

export interface Gap {
  from: number;
  to: number;
}

export interface Coverage {
  /** Measured share of the period, 0..1. */
  share: number;
  stepSeconds: number;
  gaps: Gap[];
}

/** A step counts as measured when any metric has a reading in it. */
export function coverageOf({ current, period }: Pick<ReportInputs, "current" | "period">): Coverage {
  const histories = Object.values(current).filter(({ timestamps }) => timestamps.length > 0);
  const [first] = histories;
  if (!first) return { share: 0, stepSeconds: 0, gaps: [period] };
  const stepMs = first.stepSeconds * 1000;
  const seen = new Uint8Array(first.timestamps.length);
  for (const { series } of histories) {
    for (const { values } of series) {
      for (let index = 0; index < values.length; index++) if (values[index] !== null) seen[index] = 1;
    }
  }
  let measuredMs = 0;
  const gaps: Gap[] = [];
  first.timestamps.forEach((start, index) => {
    const from = Math.max(start, period.from);
    const to = Math.min(start + stepMs, period.to);
    if (to <= from) return;
    if (seen[index]) {
      measuredMs += to - from;
      return;
    }
    const last = gaps.at(-1);
    if (last?.to === from) last.to = to;
    else gaps.push({ from, to });
  });
  return { share: Math.min(1, measuredMs / (period.to - period.from)), stepSeconds: first.stepSeconds, gaps };
}

/** From the first step with a reading to the last one. Null without any. */
export function measuredPeriod(current: Readonly<Record<string, History>>, asked: ReportPeriod): ReportPeriod | null {
  const { gaps, share } = coverageOf({ current, period: asked });
  if (share === 0) return null;
  const [first, last] = [gaps[0], gaps.at(-1)];
  return {
    from: first && first.from <= asked.from ? first.to : asked.from,
    to: last && last.to >= asked.to ? last.from : asked.to,
  };
}

/** The period of the same length before. */
export function previousPeriod({ from, to }: ReportPeriod): ReportPeriod {
  return { from: from - (to - from), to: from };
}

/** Less of the previous period says nothing about it. */
const LEAST_COMPARED = 0.8;

/** Measured share of the previous period, and whether that is enough to compare with it. */
export function comparisonOf({ previous, period }: Pick<ReportInputs, "previous" | "period">): {
  share: number;
  isFair: boolean;
} {
  const { share } = coverageOf({ current: previous, period: previousPeriod(period) });
  return { share, isFair: share >= LEAST_COMPARED };
}

const DAY_MS = 86_400_000;
/** A day with short gaps is a day. */
const LEAST_OF_DAY = 0.95;

/** Whether enough was measured to say something about capacity. Load of part of a day says nothing about the rest of it. */
export function isForCapacity(inputs: Pick<ReportInputs, "current" | "period">): boolean {
  return coverageOf(inputs).share * (inputs.period.to - inputs.period.from) >= LEAST_OF_DAY * DAY_MS;
}
