/** A larger difference between two looks is a step: the clock was set, or the machine has slept. */
const STEP_MS = 5000;
const STEADY_MS = 3_600_000;

/**
 * Whether the wall clock can be trusted with deleting: it has gone on with the monotonic one for an hour. A machine without a battery
 * starts years off, and is set right a moment later.
 */
export class SteadyClock {
  private offset = Number.NaN;
  private since = Number.NaN;

  /** `now` in epoch milliseconds, `monotonic` in milliseconds. Call at least once a minute. */
  isSteady(now: number, monotonic: number): boolean {
    const offset = now - monotonic;
    // Slewing moves it too, by less in an hour.
    if (!(Math.abs(offset - this.offset) <= STEP_MS)) this.since = monotonic;
    this.offset = offset;
    return monotonic - this.since >= STEADY_MS;
  }
}
