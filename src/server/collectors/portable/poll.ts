/** Polls a slow program. The tick takes the newest answer and never waits. */

/** A program that has not answered for this long is not asked again until it does, and its last answer is no longer used. */
const STUCK_AFTER_MS = 30_000;
/** An answer is used for this many rounds, which bridges failed ones. */
const SHOWN_ROUNDS = 3;

export interface PollResult<T> {
  /** Monotonic milliseconds of the request. */
  at: number;
  value: T;
}

export class Poll<T> {
  private askedAt: number | undefined;
  private lastAskedAt = Number.NEGATIVE_INFINITY;
  private error: string | null = null;
  newest: PollResult<T> | undefined;
  previous: PollResult<T> | undefined;

  constructor(
    private readonly everyMs: () => number,
    private readonly ask: () => Promise<T>,
  ) {}

  /** Asks again when due. Throws the reason when there is no answer to use. */
  tick(now: number): void {
    if (this.askedAt === undefined && now - this.lastAskedAt >= this.everyMs()) this.begin(now);
    const waits = this.askedAt === undefined ? 0 : now - this.askedAt;
    if (waits > STUCK_AFTER_MS) throw new Error(`no answer for ${Math.round(waits / 1000)} s`);
    const age = this.newest ? now - this.newest.at : 0;
    if (this.error !== null && (!this.newest || age > SHOWN_ROUNDS * this.everyMs())) throw new Error(this.error);
  }

  private begin(now: number): void {
    this.askedAt = now;
    this.lastAskedAt = now;
    this.ask().then(
      (value) => {
        this.askedAt = undefined;
        this.error = null;
        this.previous = this.newest;
        this.newest = { at: now, value };
      },
      (thrown: unknown) => {
        this.askedAt = undefined;
        this.error = thrown instanceof Error ? thrown.message : String(thrown);
      },
    );
  }
}
