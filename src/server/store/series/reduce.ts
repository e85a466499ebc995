/** Reduces samples to a few points: mean, minimum, maximum and last value of each step, for the requested series. */
import { type ChartSeries, derivationOf, stepInputs } from "~/domain/derive";
import type { SeriesFormula } from "~/domain/derive-step";
import { AppError } from "~/domain/errors";
import type { HistorySeries, Reduction } from "~/domain/history";
import type { DefinitionOf } from "~/domain/metric";
import { type Sample, seriesKey, sortedLabels } from "~/domain/sample";
import type { Buckets } from "~/domain/time-range";

/** Steps that are allocated together: a series that lived for seconds takes one page of a long range. */
const PAGE_STEPS = 16;
/** Numbers of a step. */
const [SUM, COUNT, MIN, MAX, LAST, WIDTH] = [0, 1, 2, 3, 4, 5] as const;

/** Takes steps from what a query may hold; throws when there are too many. */
type Allocate = (steps: number) => void;

/** One charted series over all steps. */
export class SeriesBuckets {
  private readonly pages: (Float64Array | undefined)[];
  private readonly steps: number;
  private isFine = false;

  constructor(
    readonly series: ChartSeries,
    { count }: Buckets,
    private readonly allocate: Allocate = () => {},
  ) {
    this.steps = count;
    this.pages = new Array(Math.ceil(count / PAGE_STEPS));
  }

  add(bucket: number, value: number): void {
    if (Number.isNaN(value)) return;
    this.merge(bucket, { min: value, mean: value, max: value, count: 1 });
  }

  /** Adds a rollup slot: the mean of `count` readings and their extremes. */
  addRollup(bucket: number, rolled: { min: number; mean: number; max: number; count: number }): void {
    if (rolled.count > 0) this.merge(bucket, rolled);
  }

  private merge(bucket: number, { min, mean, max, count }: { min: number; mean: number; max: number; count: number }): void {
    const page = this.pageOf(bucket);
    const at = (bucket % PAGE_STEPS) * WIDTH;
    const before = page[at + COUNT] as number;
    page[at + SUM] = (page[at + SUM] as number) + mean * count;
    page[at + COUNT] = before + count;
    if (before === 0 || min < (page[at + MIN] as number)) page[at + MIN] = min;
    if (before === 0 || max > (page[at + MAX] as number)) page[at + MAX] = max;
    page[at + LAST] = mean;
    if (before + count > 1) this.isFine = true;
  }

  private pageOf(bucket: number): Float64Array {
    const index = Math.floor(bucket / PAGE_STEPS);
    const known = this.pages[index];
    if (known) return known;
    const steps = Math.min(PAGE_STEPS, this.steps);
    this.allocate(steps);
    const page = new Float64Array(steps * WIDTH);
    this.pages[index] = page;
    return page;
  }

  /** How many numbers `toSeries` gives. */
  get size(): number {
    return this.steps * (this.isFine ? 3 : 1);
  }

  get hasReadings(): boolean {
    return this.pages.some((page) => page !== undefined);
  }

  /** The largest mean of a step, by magnitude. */
  get peak(): number {
    let peak = 0;
    for (const page of this.pages) {
      for (let at = 0; page && at < page.length; at += WIDTH) {
        const count = page[at + COUNT] as number;
        if (count > 0) peak = Math.max(peak, Math.abs((page[at + SUM] as number) / count));
      }
    }
    return peak;
  }

  private pick<Value>(of: (page: Float64Array, at: number) => number, none: Value): (number | Value)[] {
    const picked: (number | Value)[] = [];
    for (let bucket = 0; bucket < this.steps; bucket++) {
      const page = this.pages[Math.floor(bucket / PAGE_STEPS)];
      const at = (bucket % PAGE_STEPS) * WIDTH;
      picked.push(page && (page[at + COUNT] as number) > 0 ? of(page, at) : none);
    }
    return picked;
  }

  /** Minimum, mean, maximum and count of every step; NaN in all four where there is no reading. */
  toStatistics(): Float64Array[] {
    const { min, avg, max } = NUMBERS;
    return [min, avg, max, countOf].map((of) => Float64Array.from(this.pick(of, Number.NaN)));
  }

  /** The same of all steps together, one value each. */
  toTotals(): Float64Array[] {
    let [sum, count, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const page of this.pages) {
      for (let at = 0; page && at < page.length; at += WIDTH) {
        if (page[at + COUNT] === 0) continue;
        sum += page[at + SUM] as number;
        count += page[at + COUNT] as number;
        min = Math.min(min, page[at + MIN] as number);
        max = Math.max(max, page[at + MAX] as number);
      }
    }
    return (count === 0 ? new Array<number>(4).fill(Number.NaN) : [min, sum / count, max, count]).map((value) =>
      Float64Array.of(value),
    );
  }

  toSeries(aggregate: Reduction): HistorySeries {
    const { metric, labels, unit } = this.series;
    const answer: HistorySeries = { metric, labels: sortedLabels(labels), unit, values: this.pick(NUMBERS[aggregate], null) };
    if (this.isFine) {
      answer.min = this.pick(NUMBERS.min, null);
      answer.max = this.pick(NUMBERS.max, null);
    }
    return answer;
  }
}

const NUMBERS: Record<Reduction, (page: Float64Array, at: number) => number> = {
  avg: (page, at) => (page[at + SUM] as number) / (page[at + COUNT] as number),
  min: (page, at) => page[at + MIN] as number,
  max: (page, at) => page[at + MAX] as number,
  last: (page, at) => page[at + LAST] as number,
  sum: (page, at) => page[at + SUM] as number,
};

const countOf = (page: Float64Array, at: number) => page[at + COUNT] as number;

/**
 * Adds every sample to the points of the series that `wanted` accepts. `points` is keyed by series and grows as series appear.
 */
export class Downsampler {
  readonly points = new Map<string, SeriesBuckets>();
  private previous: Sample | undefined;
  private layout: Sample["series"] | undefined;
  private selected: { step: SeriesFormula; points: SeriesBuckets }[] = [];

  constructor(
    private readonly buckets: Buckets,
    private readonly wanted: (series: ChartSeries) => boolean,
    private readonly definitionOf: DefinitionOf,
    /** Steps that may be held at once; beyond it an AppError `too_large` is thrown. */
    private readonly mostSteps = Number.POSITIVE_INFINITY,
  ) {}

  private held = 0;
  private readonly allocate = (steps: number): void => {
    this.held += steps;
    if (this.held <= this.mostSteps) return;
    const detail = `${this.points.size} or more series of ${this.buckets.count} points each are too many. Ask for fewer points, a shorter range, or one metric.`;
    throw new AppError("too_large", detail, [{ parameter: "points", detail }]);
  };

  /** A sample before the first step: the first rate needs it. */
  prime(sample: Sample): void {
    this.previous = sample;
  }

  add(sample: Sample): void {
    if (sample.series !== this.layout) this.select(sample.series);
    const { previous } = this;
    this.previous = sample;
    const bucket = Math.floor((sample.at - this.buckets.start) / this.buckets.stepMs);
    if (bucket < 0 || bucket >= this.buckets.count) return;
    const inputs = stepInputs(previous, sample);
    for (const { step, points } of this.selected) points.add(bucket, step(...inputs));
  }

  /** The points of a series, created on first use: rollups or samples may come first. */
  pointsOf(series: ChartSeries): SeriesBuckets {
    const key = seriesKey(series);
    let points = this.points.get(key);
    if (!points) {
      points = new SeriesBuckets(series, this.buckets, this.allocate);
      this.points.set(key, points);
    }
    return points;
  }

  private select(layout: Sample["series"]): void {
    this.layout = layout;
    const { series, steps } = derivationOf(layout, this.definitionOf);
    this.selected = [];
    series.forEach((one, index) => {
      if (!this.wanted(one)) return;
      const step = steps[index];
      if (step) this.selected.push({ step, points: this.pointsOf(one) });
    });
  }
}
