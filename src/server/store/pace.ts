/** Spreads work that has time over that time, so that no minute of it stands out. All times are monotonic, in milliseconds. */

/** From then on it works without rests: what takes longer would not be over when the next begins. */
const HURRY_AFTER_MS = 1_800_000;
/** Steps of the work are done together for so long: fewer wake-ups, and little enough to fit between ticks and answers. */
const [SLICE_MS, HURRIED_SLICE_MS] = [4, 20];

export class Pace {
  private since: number | null = null;
  private restUntil = Number.NEGATIVE_INFINITY;

  /** `share` is the part of a core that the work may take; Infinity for no rests. */
  constructor(private readonly share: number) {}

  /** Work has begun that is not done. */
  get isUnderWay(): boolean {
    return this.since !== null;
  }

  isDue(now: number): boolean {
    return this.since === null || now >= this.restUntil || this.isLate(now);
  }

  /** How long a slice may take. */
  sliceMs(now: number): number {
    return this.isLate(now) ? HURRIED_SLICE_MS : SLICE_MS;
  }

  private isLate(now: number): boolean {
    return this.since !== null && now - this.since >= HURRY_AFTER_MS;
  }

  /** A slice was worked at `now` that took `tookMs`; null when there was nothing to do. */
  worked(now: number, tookMs: number | null): void {
    if (tookMs === null) {
      this.since = null;
      return;
    }
    this.since ??= now;
    this.restUntil = now + tookMs / this.share;
  }
}

/** Does some steps of the work, unless it rests; false when there was nothing to do. `step` is false when there is nothing more. */
export function paced(pace: Pace, monotonic: number, step: () => boolean): boolean {
  if (!pace.isDue(monotonic)) return false;
  const begun = performance.now();
  const until = begun + pace.sliceMs(monotonic);
  const hasWorked = step();
  let hasMore = hasWorked;
  while (hasMore && performance.now() < until) hasMore = step();
  pace.worked(monotonic, hasMore ? performance.now() - begun : null);
  return hasWorked;
}
