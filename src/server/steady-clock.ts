/** A larger difference between two looks is a step: the clock was set, or the machine has slept. */
const STEP_MS = 5000;

/**
 * Whether the wall clock can be trusted: it has gone on with the monotonic one for long enough. A machine without a battery
 * starts years off, and is set right a moment later.
 */
export class SteadyClock {
  private offset = Number.NaN;
  private since = Number.NaN;

  /** It has to go on for `steadyMs` after it was set, and after the first look unless it is `trusted` from the start. */
  constructor(
    private readonly steadyMs: number,
    private readonly trusted = false,
  ) {}

  /** `now` in epoch milliseconds, `monotonic` in milliseconds. Call at least once a minute. */
  isSteady(now: number, monotonic: number): boolean {
    const offset = now - monotonic;
    // Slewing moves it too, by less in an hour.
    if (Number.isNaN(this.offset)) this.since = this.trusted ? Number.NEGATIVE_INFINITY : monotonic;
    else if (Math.abs(offset - this.offset) > STEP_MS) this.since = monotonic;
    this.offset = offset;
    return monotonic - this.since >= this.steadyMs;
  }
}
