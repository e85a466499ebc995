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
  stepSeconds: number;
  gaps: Period[];
}

/** A step counts as measured when any metric has a reading in it. */
export function coverageOf({ current, period }: { current: Readonly<Record<string, History>>; period: Period }): Coverage {
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
  return { share: Math.min(1, measuredMs / (period.to - period.from)), stepSeconds: first.stepSeconds, gaps };
}

/** The period of the same length before. */
export function previousPeriod({ from, to }: Period): Period {
  return { from: from - (to - from), to: from };
}

/** Less of the previous period says nothing about it. */
const LEAST_COMPARED = 0.8;

export const isFairShare = (share: number) => share >= LEAST_COMPARED;
