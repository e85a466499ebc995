/** Calculates how much of a period was measured. Pure. */
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
