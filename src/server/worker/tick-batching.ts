/**
 * Decides whether the collector thread sends each tick immediately or batches of five seconds. Waking the main thread is the
 * expensive part, so the thread holds ticks while there are no requests. Every sample is logged at its tick in both states.
 *
 *                     a request begins
 *      +----------+ ---------------------> +-----------+
 *      | batching |                        | immediate |   <- at the start
 *      +----------+ <--------------------- +-----------+
 *                     ticks arrive, no request for ten seconds, and `mayBatch`
 *
 * On the change to `immediate` the thread sends its held ticks. The request waits for them, so that batching never makes an
 * answer older.
 */

/** A client that made a request is likely to make another. */
const IDLE_AFTER_MS = 10_000;
/** Held ticks normally arrive within one or two milliseconds. A thread that hangs in a kernel read must not block requests. */
const RELEASE_WITHIN_MS = 200;

/** A request in progress. */
export interface BegunRequest {
  /** Resolves when every tick so far has arrived. */
  collected: Promise<void>;
  /** Call once, when the request has ended. `now` is monotonic milliseconds. */
  end(now: number): void;
}

export class TickBatching {
  private state: "immediate" | "batching" = "immediate";
  private openRequests = 0;
  private lastRequestEndedAt = Number.NEGATIVE_INFINITY;
  /** Requests waiting for the held ticks. */
  private waiting: (() => void)[] = [];

  /**
   * `setBatching` sends the mode to the thread. On a change to immediate the thread sends its held ticks; then call `onReleased`.
   */
  constructor(private readonly setBatching: (batch: boolean) => void) {}

  beginRequest(): BegunRequest {
    this.openRequests++;
    return {
      collected: this.release(),
      end: (now) => {
        this.openRequests--;
        this.lastRequestEndedAt = now;
      },
    };
  }

  /** Ticks arrived. `mayBatch` is false when something other than a request needs the next ones immediately. */
  onTicks(now: number, mayBatch: boolean): void {
    this.enter(!this.isAsked(now) && mayBatch ? "batching" : "immediate");
  }

  /** A request is open, or one was a moment ago. */
  isAsked(now: number): boolean {
    return this.openRequests > 0 || now - this.lastRequestEndedAt < IDLE_AFTER_MS;
  }

  /** The thread has sent all held ticks. */
  onReleased(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** The thread ended and its held ticks are lost. The next thread starts in `immediate`. */
  onThreadEnded(): void {
    this.state = "immediate";
    this.onReleased();
  }

  private release(): Promise<void> {
    if (this.state === "immediate" && this.waiting.length === 0) return Promise.resolve();
    this.enter("immediate");
    return new Promise((resolve) => {
      const late = setTimeout(resolve, RELEASE_WITHIN_MS);
      this.waiting.push(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  private enter(state: "immediate" | "batching"): void {
    if (state === this.state) return;
    this.state = state;
    this.setBatching(state === "batching");
  }
}
