/** What a rule that asks for the unusual compares with at an hour. Pure. */
import type { AlertRule } from "~/domain/alert";
import type { ChartSeries } from "~/domain/derive";
import type { Band } from "~/domain/usual";

/** What is usual for a series at a time, null while too little is known; and until when that holds. */
export type BandOf = (series: Pick<ChartSeries, "metric" | "labels">, at: number) => { band: Band | null; until: number };

/** For rules that are evaluated where nothing is known of the past. */
export const NO_BANDS: BandOf = () => ({ band: null, until: Number.POSITIVE_INFINITY });

/** The rules that an unusual rule is for an hour: one for values below the middle of the band, one for those above. */
export interface Judgement {
  from: number;
  until: number;
  /** Null while too little is known. */
  limits: { middle: number; above: AlertRule; below: AlertRule } | null;
}

export function judgementOf(rule: AlertRule, { band, until }: ReturnType<BandOf>, at: number): Judgement {
  if (!band) return { from: at, until, limits: null };
  const { low, high, least, most } = band;
  return {
    from: at,
    until,
    limits: {
      middle: (low + high) / 2,
      above: { ...rule, op: "above", thresholds: { warning: most }, clearMargin: (most - high) / 2 },
      below: { ...rule, op: "below", thresholds: { warning: least }, clearMargin: (low - least) / 2 },
    },
  };
}
