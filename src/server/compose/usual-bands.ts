/** What is usual at this hour, for rules: the reader thread is asked once an hour for each metric, and a tick only looks. */
import type { Alert, AlertRule } from "~/domain/alert";
import { seriesKey } from "~/domain/sample";
import { type Band, usualWords } from "~/domain/usual";
import type { BandOf } from "../alerts/judgement";
import type { Logger } from "../log";
import type { Reader } from "../reader/reader";

const HOUR_MS = 3_600_000;
/** Hours begin at quarters of those of UTC in all zones. */
const QUARTER_MS = HOUR_MS / 4;
/** What is not known yet is asked for again. */
const AGAIN_MS = 30_000;

interface Known {
  quarter: number;
  bands: ReadonlyMap<string, Band>;
}

export interface RuleBands {
  bandOf: BandOf;
  /** "usually 12% to 31% at this hour"; null for the alert of another rule, and while that is not known. */
  wordsOf(alert: Pick<Alert, "rule" | "metric" | "labels" | "unit">): string | null;
}

interface RuleBandsOptions {
  past: Pick<Reader, "usual">;
  rules: () => readonly AlertRule[];
  log: Pick<Logger, "warn">;
}

export function ruleBands({ past, rules, log }: RuleBandsOptions): RuleBands {
  const known = new Map<string, Known>();
  const asking = new Set<string>();
  const ask = async (metric: string, at: number): Promise<void> => {
    if (asking.has(metric)) return;
    asking.add(metric);
    try {
      const usual = await past.usual({ name: metric, at });
      const bands = new Map(usual.map((one) => [seriesKey(one), one.band]));
      known.set(metric, { quarter: Math.floor(at / QUARTER_MS), bands });
    } catch (error) {
      log.warn({ err: error }, "cannot read the usual range");
    } finally {
      asking.delete(metric);
    }
  };
  return {
    bandOf(series, at) {
      const found = known.get(series.metric);
      const quarter = Math.floor(at / QUARTER_MS);
      // What was usual in the quarter before is good enough until the answer comes.
      const band = found?.bands.get(seriesKey(series)) ?? null;
      if (found?.quarter === quarter) return { band, until: (quarter + 1) * QUARTER_MS };
      void ask(series.metric, at);
      return { band, until: at + AGAIN_MS };
    },
    wordsOf(alert) {
      if (!rules().some(({ name, unusual }) => name === alert.rule && unusual)) return null;
      const band = known.get(alert.metric)?.bands.get(seriesKey(alert));
      return band ? usualWords(band, alert.unit) : null;
    },
  };
}
