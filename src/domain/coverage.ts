/** How much of a period was measured, and whether that is enough to compare with it. Pure. */
import type { History } from "./history";

interface Period {
  /** Epoch milliseconds. */
  from: number;
  to: number;
}

interface Coverage {
  /** Measured share of the period, 0..1. */
  share: number;
  /** The shortest steps, those that it was found in. */
  stepSeconds: number;
  gaps: Period[];
}

/**
 * A step counts as measured when any metric has a reading in it. Metrics with many series have longer steps, which say less of when that
 * was: those with the shortest decide.
 */
export function coverageOf({ current, period }: { current: Readonly<Record<string, History>>; period: Period }): Coverage {
  const histories = Object.values(current).filter(({ timestamps }) => timestamps.length > 0);
  const stepSeconds = Math.min(...histories.map((history) => history.stepSeconds));
  const finest = histories.filter((history) => history.stepSeconds === stepSeconds);
  const [first] = finest;
  if (!first) return { share: 0, stepSeconds: 0, gaps: [period] };
  const stepMs = stepSeconds * 1000;
  // Of one range, histories of equal steps have the same ones.
  const seen = new Uint8Array(first.timestamps.length);
  for (const { series } of finest) {
    for (const { values } of series) {
      for (let index = 0; index < values.length; index++) if (values[index] !== null) seen[index] = 1;
    }
  }
  let measuredMs = 0;
  const gaps: Period[] = [];
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
  return { share: Math.min(1, measuredMs / (period.to - period.from)), stepSeconds, gaps };
}

/** The period of the same length before. */
export function previousPeriod({ from, to }: Period): Period {
  return { from: from - (to - from), to: from };
}

/** Less of the previous period says nothing about it. */
const LEAST_COMPARED = 0.8;

export const isFairShare = (share: number) => share >= LEAST_COMPARED;
