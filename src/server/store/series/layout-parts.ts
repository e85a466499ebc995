/** What is read of samples when only some of their series are wanted. */
import type { Sample, Series } from "~/domain/sample";

/** Places of some series in a layout, ascending. `layout` is its id, 0 for one that has none yet. */
export type PlacesOf = (series: readonly Series[], layout: number) => Uint32Array;

/** The series of some metrics. */
export function placesOfMetrics(metrics: readonly string[]): PlacesOf {
  const wanted = new Set(metrics);
  return (series) => Uint32Array.from(series.flatMap(({ metric }, place) => (wanted.has(metric) ? [place] : [])));
}

export interface LayoutPart {
  series: readonly Series[];
  places: Uint32Array;
}

/** Parts are remembered for one reading. Consecutive layouts that have the same series there share one: callers cache by it. */
export class LayoutParts {
  private readonly known = new Map<readonly Series[], LayoutPart>();
  private last: readonly Series[] = [];

  constructor(private readonly placesOf: PlacesOf) {}

  of(whole: readonly Series[], layout: number): LayoutPart {
    const known = this.known.get(whole);
    if (known) return known;
    const places = this.placesOf(whole, layout);
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
      const { series, places } = this.of(whole, 0);
      yield { at, series, values: Float64Array.from(places, (place) => values[place] as number) };
    }
  }
}
