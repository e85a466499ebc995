/** What is read of samples in memory when only some of their series are wanted. */
import type { Sample, Series } from "~/domain/sample";

interface LayoutPart {
  series: readonly Series[];
  places: Uint32Array;
}

/** The series of some metrics. Consecutive layouts that have the same series there share one list: callers cache by it. */
export class LayoutParts {
  private readonly known = new Map<readonly Series[], LayoutPart>();
  private last: readonly Series[] = [];

  constructor(private readonly metrics: ReadonlySet<string>) {}

  private of(whole: readonly Series[]): LayoutPart {
    const known = this.known.get(whole);
    if (known) return known;
    const places = Uint32Array.from(whole.flatMap(({ metric }, place) => (this.metrics.has(metric) ? [place] : [])));
    const { last } = this;
    const isSame = places.length === last.length && last.every((one, index) => whole[places[index] as number] === one);
    const series = isSame ? last : Array.from(places, (place) => whole[place] as Series);
    this.last = series;
    const part = { places, series };
    this.known.set(whole, part);
    return part;
  }

  /** Those series of whole samples. */
  *select(samples: Iterable<Sample>): Generator<Sample> {
    for (const { at, series: whole, values } of samples) {
      const { series, places } = this.of(whole);
      yield { at, series, values: Float64Array.from(places, (place) => values[place] as number) };
    }
  }
}
