/** Reduces samples to a few points: mean, minimum, maximum and last value of each step, for the requested series. */
import { type ChartSeries, derivationOf, stepInputs } from "~/domain/derive";
import type { SeriesFormula } from "~/domain/derive-step";
import { AppError } from "~/domain/errors";
import type { Aggregate, HistorySeries } from "~/domain/history";
import type { DefinitionOf } from "~/domain/metric";
import { type Sample, seriesKey } from "~/domain/sample";
import type { Buckets } from "~/domain/time-range";

/** One charted series over all steps. */
export class SeriesBuckets {
  private readonly sum: Float64Array;
  private readonly count: Uint32Array;
  private readonly min: Float64Array;
  private readonly max: Float64Array;
  private readonly last: Float64Array;

  constructor(
    readonly series: ChartSeries,
    buckets: Buckets,
  ) {
    this.sum = new Float64Array(buckets.count);
    this.count = new Uint32Array(buckets.count);
    this.min = new Float64Array(buckets.count).fill(Number.POSITIVE_INFINITY);
    this.max = new Float64Array(buckets.count).fill(Number.NEGATIVE_INFINITY);
    this.last = new Float64Array(buckets.count);
  }

  add(bucket: number, value: number): void {
    if (Number.isNaN(value)) return;
    this.sum[bucket] = (this.sum[bucket] as number) + value;
    this.count[bucket] = (this.count[bucket] as number) + 1;
    if (value < (this.min[bucket] as number)) this.min[bucket] = value;
    if (value > (this.max[bucket] as number)) this.max[bucket] = value;
    this.last[bucket] = value;
  }

  /** Adds a rollup slot: the mean of `count` readings and their extremes. */
  addRollup(bucket: number, { min, mean, max, count }: { min: number; mean: number; max: number; count: number }): void {
    if (!(count > 0)) return;
    this.sum[bucket] = (this.sum[bucket] as number) + mean * count;
    this.count[bucket] = (this.count[bucket] as number) + count;
    if (min < (this.min[bucket] as number)) this.min[bucket] = min;
    if (max > (this.max[bucket] as number)) this.max[bucket] = max;
    this.last[bucket] = mean;
  }

  get hasReadings(): boolean {
    return this.count.some((count) => count > 0);
  }

  /** Minimum, mean, maximum and count of every step; NaN in all four where there is no reading. */
  toStatistics(): Float64Array[] {
    const of = (pick: (bucket: number, count: number) => number) =>
      Float64Array.from(this.count, (count, bucket) => (count === 0 ? Number.NaN : pick(bucket, count)));
    return [
      of((bucket) => this.min[bucket] as number),
      of((bucket, count) => (this.sum[bucket] as number) / count),
      of((bucket) => this.max[bucket] as number),
      of((_bucket, count) => count),
    ];
  }

  toSeries(aggregate: Aggregate): HistorySeries {
    const { count: counts } = this;
    const pick = (of: (bucket: number) => number) => {
      const picked: (number | null)[] = [];
      for (let bucket = 0; bucket < counts.length; bucket++) picked.push(counts[bucket] === 0 ? null : of(bucket));
      return picked;
    };
    const values = {
      avg: (bucket: number) => (this.sum[bucket] as number) / (this.count[bucket] as number),
      min: (bucket: number) => this.min[bucket] as number,
      max: (bucket: number) => this.max[bucket] as number,
      last: (bucket: number) => this.last[bucket] as number,
    };
    const { metric, labels, unit } = this.series;
    const answer: HistorySeries = { metric, labels, unit, values: pick(values[aggregate]) };
    if (this.count.some((count) => count > 1)) {
      answer.min = pick(values.min);
      answer.max = pick(values.max);
    }
    return answer;
  }
}

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
    /** Series times steps; beyond it an AppError `too_large` is thrown. */
    private readonly mostCells = Number.POSITIVE_INFINITY,
  ) {}

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
      if ((this.points.size + 1) * this.buckets.count > this.mostCells) {
        const fitting = Math.max(1, Math.floor(this.mostCells / (this.points.size + 1)));
        const detail = `${this.points.size + 1} series or more of ${this.buckets.count} points each are too many: ask for fewer than ${fitting} points, or for one metric`;
        throw new AppError("too_large", detail, [{ parameter: "points", detail }]);
      }
      points = new SeriesBuckets(series, this.buckets);
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
