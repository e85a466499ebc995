/** Calculates how much of a period was measured. Pure. */
import { coverageOf, isFairShare, previousPeriod } from "~/domain/coverage";
import type { History } from "~/domain/history";
import type { ReportPeriod } from "~/domain/report";
import type { ReportInputs } from "./inputs";

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

/** Measured share of the previous period, and whether that is enough to compare with it. */
export function comparisonOf({ previous, period }: Pick<ReportInputs, "previous" | "period">): {
  share: number;
  isFair: boolean;
} {
  const { share } = coverageOf({ current: previous, period: previousPeriod(period) });
  return { share, isFair: isFairShare(share) };
}

/** How much of the period was measured: nothing is known of what happened in its gaps. */
export function measuredTimeMs(inputs: Pick<ReportInputs, "current" | "period">): number {
  return coverageOf(inputs).share * (inputs.period.to - inputs.period.from);
}

const DAY_MS = 86_400_000;
/** A day with short gaps is a day. */
const LEAST_OF_DAY = 0.95;

/** Whether enough was measured to say something about capacity. Load of part of a day says nothing about the rest of it. */
export function isForCapacity(inputs: Pick<ReportInputs, "current" | "period">): boolean {
  return measuredTimeMs(inputs) >= LEAST_OF_DAY * DAY_MS;
}
