/** Which series had other values in a stretch than before it. Pure. */
import { median, medianAbsoluteDeviation } from "simple-statistics";
import type { ChangedMetric } from "~/domain/explanation";
import type { HistorySeries } from "~/domain/history";

/** Largest distance of the two empirical distribution functions. Both must have values. */
export function kolmogorovSmirnov(a: readonly number[], b: readonly number[]): number {
  const [one, other] = [[...a].sort((x, y) => x - y), [...b].sort((x, y) => x - y)];
  let [i, j, most] = [0, 0, 0];
  while (i < one.length && j < other.length) {
    const value = Math.min(one[i] as number, other[j] as number);
    while (i < one.length && (one[i] as number) <= value) i++;
    while (j < other.length && (other[j] as number) <= value) j++;
    most = Math.max(most, Math.abs(i / one.length - j / other.length));
  }
  return most;
}

/** The median absolute deviation of a normal distribution is its standard deviation divided by this. */
const NORMAL = 1.4826;
const LEAST_STATISTIC = 0.5;
/** In spreads of the baseline. */
const LEAST_SIZE = 3;
const LEAST_VALUES = 5;
/** Below it nobody would act, by unit; others by a part of the baseline. */
const LEAST_BY_UNIT: Readonly<Record<string, number>> = {
  "1": 0.03,
  "By/s": 65_536,
  By: 16 * 2 ** 20,
  "bit/s": 524_288,
  s: 0.005,
};
const LEAST_PART = 0.2;
/** A spread is taken to be at least this part of the median: a constant series may step by a rounding. */
const LEAST_SPREAD = 0.02;
const SHOWN = 8;
/** Of one metric, such as the cores of a machine. */
const SHOWN_OF_METRIC = 2;

const present = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** `first` is the place of the stretch's first value; those before it are the baseline. Null when there is no change worth telling. */
export function changeOf(series: HistorySeries, first: number): Omit<ChangedMetric, "yesterday"> | null {
  const { metric, labels, unit, values } = series;
  const [before, now] = [present(values.slice(0, first)), present(values.slice(first))];
  if (before.length < LEAST_VALUES || now.length < LEAST_VALUES) return null;
  const statistic = kolmogorovSmirnov(before, now);
  if (statistic < LEAST_STATISTIC) return null;
  const usual = median(before);
  const difference = Math.abs(median(now) - usual);
  const [mean, meanBefore] = [meanOf(now), meanOf(before)];
  const least = LEAST_BY_UNIT[unit] ?? LEAST_PART * Math.max(Math.abs(usual), Math.abs(median(now)));
  const moved = Math.max(difference, Math.abs(mean - meanBefore));
  if (moved < least || moved === 0) return null;
  const spread = Math.max(NORMAL * medianAbsoluteDeviation(before), LEAST_SPREAD * Math.abs(usual), least / LEAST_SIZE);
  const size = moved / spread;
  if (size < LEAST_SIZE) return null;
  return { metric, labels, unit, mean, before: meanBefore, statistic, size, values };
}

/** What people look at first when it changed as much as others. */
const LEADING =
  /^system\.(?:cpu\.utilization|memory\.utilization|paging\.utilization|filesystem\.utilization|network\.io|network\.tcp\.retransmits|disk\.io|linux\.pressure\.\w+\.some|process\.created)$|throttled/;
/** What follows from others, or says little by itself. */
const FOLLOWING =
  /^system\.(?:network\.(?:socket|connection|ip|softnet)|cpu\.(?:interrupts|softirqs|context_switches)|entropy|thread)|^hostscope\.|\.limit$/;
const isTotal = ({ labels }: Pick<ChangedMetric, "labels">) => !("cpu.mode" in labels);

/** A core by itself is not what changed: its work moves from core to core. */
export const isCompared = ({ labels }: Pick<ChangedMetric, "labels">) => !("cpu.logical_number" in labels);

function importanceOf(one: Pick<ChangedMetric, "metric" | "labels">): number {
  if (FOLLOWING.test(one.metric)) return 0.5;
  return LEADING.test(one.metric) && isTotal(one) ? 3 : 1;
}

/** Those that changed most: the surest first, then the largest, of each metric a few. */
export function mostChanged(all: readonly Omit<ChangedMetric, "yesterday">[]): Omit<ChangedMetric, "yesterday">[] {
  const weight = (one: Omit<ChangedMetric, "yesterday">) =>
    one.statistic * Math.log2(1 + Math.min(one.size, 64)) * importanceOf(one);
  const counts = new Map<string, number>();
  return [...all]
    .sort((a, b) => weight(b) - weight(a) || (a.metric < b.metric ? -1 : 1))
    .filter(({ metric }) => {
      const count = (counts.get(metric) ?? 0) + 1;
      counts.set(metric, count);
      return count <= SHOWN_OF_METRIC;
    })
    .slice(0, SHOWN);
}
