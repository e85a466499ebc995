import type { Sample } from "~/domain/sample";

/** The newest samples in memory, for live charts, alert windows and a dead disk. */
export class Ring {
  private readonly samples: (Sample | undefined)[];
  private next = 0;
  private count = 0;

  constructor(readonly capacity: number) {
    this.samples = new Array<Sample | undefined>(capacity);
  }

  push(sample: Sample): void {
    this.samples[this.next] = sample;
    this.next = (this.next + 1) % this.capacity;
    this.count = Math.min(this.count + 1, this.capacity);
  }

  get oldest(): Sample | undefined {
    return this.count === 0 ? undefined : this.samples[(this.next - this.count + this.capacity) % this.capacity];
  }

  get newest(): Sample | undefined {
    return this.count === 0 ? undefined : this.samples[(this.next - 1 + this.capacity) % this.capacity];
  }

  /** Samples in [from, to), in the order in which they came. */
  *read(from: number, to: number): Generator<Sample> {
    for (let i = this.count; i > 0; i--) {
      const sample = this.samples[(this.next - i + this.capacity) % this.capacity] as Sample;
      if (sample.at >= from && sample.at < to) yield sample;
    }
  }
}
