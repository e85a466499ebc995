import { type Reading, seriesKey, seriesOf } from "~/domain/sample";

const keyOf = (reading: Reading) => seriesKey(seriesOf(reading));

/**
 * Counters that are sums over CPUs of which the kernel tells those that are online. When one is switched off or on, its whole past leaves
 * or enters the sum: that tick has no reading, and later ones go on from the reading before.
 */
export class CpuSums {
  private cpus: string | null = null;
  private last: readonly Reading[] = [];
  private readonly offsets = new Map<string, number>();

  /** `cpus` identifies the CPUs that `readings` are the sums of. */
  next(cpus: string, readings: readonly Reading[]): readonly Reading[] {
    const isSame = this.cpus === null || this.cpus === cpus;
    this.cpus = cpus;
    if (!isSame) {
      const before = new Map(this.last.map((reading) => [keyOf(reading), reading.value]));
      for (const reading of readings) {
        const value = before.get(keyOf(reading));
        if (value !== undefined) this.offsets.set(keyOf(reading), value - reading.value);
      }
      return [];
    }
    this.last = this.offsets.size === 0 ? readings : readings.map((reading) => this.continued(reading));
    return this.last;
  }

  private continued(reading: Reading): Reading {
    const key = keyOf(reading);
    const value = reading.value + (this.offsets.get(key) ?? 0);
    if (value >= 0) return { ...reading, value };
    // The kernel has begun anew.
    this.offsets.delete(key);
    return reading;
  }
}

/** A parser of such a file, which adds the CPUs that it has summed to `cpus`. */
export function ofOnline(parse: (bytes: Buffer, cpus: number[]) => Reading[]): (bytes: Buffer) => readonly Reading[] {
  const sums = new CpuSums();
  return (bytes) => {
    const cpus: number[] = [];
    const readings = parse(bytes, cpus);
    return sums.next(cpus.join(), readings);
  };
}
