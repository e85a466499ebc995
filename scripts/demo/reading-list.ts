import type { Labels, Sample, Series } from "~/domain/sample";

/** Collects readings in an order that never changes. */
export class ReadingList {
  private readonly series: Series[] = [];
  private values: number[] = [];

  add(metric: string, value: number, labels: Labels = {}): void {
    if (this.series.length === this.values.length) this.series.push({ metric, labels });
    this.values.push(Math.round(value * 1e6) / 1e6);
  }

  sample(at: number): Sample {
    const values = Float64Array.from(this.values);
    this.values = [];
    return { at, series: this.series, values };
  }
}
