import type { Sample } from "~/domain/sample";

/** What a new series with its labels takes, and what a place in a new layout takes with what is derived from it, in values. */
const [VALUES_A_NAME, VALUES_A_PLACE] = [150, 24];
/** However long a window is, that many times the limit are too much. */
const MOST_FOR_WINDOWS = 2;

/** The values of a sample, and the names that it is the first to have. */
function weightOf({ series, values }: Sample, before: Sample | undefined): number {
  if (series === before?.series) return values.length;
  const known = new Set(before?.series);
  const names = series.reduce((count, one) => count + (known.has(one) ? 0 : 1), 0);
  return values.length + series.length * VALUES_A_PLACE + names * VALUES_A_NAME;
}

/** The newest samples in memory, for live charts and alert windows, and for when the disk fails. */
export class Ring {
  private readonly samples: (Sample | undefined)[];
  private next = 0;
  private count = 0;
  /** After the clock was set back: pushes until the samples are in time order again. */
  private stepsBack = 0;

  /** What each sample takes, in values of eight bytes, and all together. */
  private readonly weights: Float64Array;
  private weight = 0;
  /** As many of the newest samples stay, if that is not more than twice the limit. */
  leastSamples = 0;
  /** Of as many samples as there is room for, and of `mostValues`. */
  private part = 1;

  /** Beyond `mostValues` the oldest samples go, so that a machine with many series keeps less than an hour. */
  constructor(
    readonly capacity: number,
    private readonly mostValues = Number.POSITIVE_INFINITY,
  ) {
    this.samples = new Array<Sample | undefined>(capacity);
    this.weights = new Float64Array(capacity);
  }

  /** A ring that is full. */
  static of(samples: readonly Sample[]): Ring {
    const ring = new Ring(Math.max(1, samples.length));
    for (const sample of samples) ring.push(sample);
    return ring;
  }

  push(sample: Sample): void {
    this.stepsBack = this.newest && sample.at <= this.newest.at ? this.capacity : Math.max(0, this.stepsBack - 1);
    const own = weightOf(sample, this.newest);
    this.weight += own - (this.weights[this.next] as number);
    this.weights[this.next] = own;
    this.samples[this.next] = sample;
    this.next = (this.next + 1) % this.capacity;
    this.count = Math.min(this.count + 1, this.capacity);
    this.trim();
  }

  /** Keeps a part of what it usually keeps, but what `leastSamples` asks for; later samples fill a larger part again. */
  keep(part: number): void {
    this.part = part;
    this.trim();
  }

  private trim(): void {
    while (this.count > 1 && this.isTooMuch()) this.dropOldest();
  }

  private isTooMuch(): boolean {
    if (this.count <= this.leastSamples) return this.weight > this.mostValues * MOST_FOR_WINDOWS;
    return this.weight > this.part * this.mostValues || this.count > this.part * this.capacity;
  }

  private dropOldest(): void {
    const place = (this.next - this.count + this.capacity) % this.capacity;
    this.weight -= this.weights[place] as number;
    this.weights[place] = 0;
    this.samples[place] = undefined;
    this.count--;
  }

  get oldest(): Sample | undefined {
    return this.count === 0 ? undefined : this.samples[(this.next - this.count + this.capacity) % this.capacity];
  }

  get newest(): Sample | undefined {
    return this.count === 0 ? undefined : this.samples[(this.next - 1 + this.capacity) % this.capacity];
  }

  /** Series of all layouts in [from, to) together: what a reader has to look through. */
  placesIn(from: number, to: number): number {
    let places = 0;
    let layout: Sample["series"] | undefined;
    for (const { series } of this.read(from, to)) {
      if (series !== layout) places += series.length;
      layout = series;
    }
    return places;
  }

  /** Samples in [from, to), oldest first. When the clock was set back and a timestamp occurs twice, the later reading wins. */
  *read(from: number, to: number): Generator<Sample> {
    if (this.stepsBack > 0) {
      yield* this.readSorted(from, to);
      return;
    }
    for (let place = this.firstFrom(from); place < this.count; place++) {
      const sample = this.at(place);
      if (sample.at >= to) return;
      yield sample;
    }
  }

  /** Number of samples before `from`. The ring must be in time order. */
  private firstFrom(from: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle).at < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Place 0 is the oldest. */
  private at(place: number): Sample {
    return this.samples[(this.next - this.count + place + this.capacity) % this.capacity] as Sample;
  }

  private *readSorted(from: number, to: number): Generator<Sample> {
    const latest = new Map<number, Sample>();
    for (let place = 0; place < this.count; place++) {
      const sample = this.at(place);
      if (sample.at >= from && sample.at < to) latest.set(sample.at, sample);
    }
    yield* [...latest.values()].sort((a, b) => a.at - b.at);
  }
}
