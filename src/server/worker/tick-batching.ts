/**
 * Whether the collector thread sends each tick at once, or the ticks of five seconds together. Waking the main thread is what costs, so
 * ticks wait in the thread while nobody looks. A sample is on the disk each second in both states.
 *
 *                     a request begins
 *      +----------+ ---------------------> +-----------+
 *      | batching |                        | immediate |   <- at the start
 *      +----------+ <--------------------- +-----------+
 *                     ticks arrive, no request for ten seconds, and `mayBatch`
 *
 * The way to `immediate` makes the thread send what it holds. A request waits for that, so that no answer is older than before.
 */

/** Whoever asked a moment ago is likely to ask again. */
const IDLE_AFTER_MS = 10_000;
/** The held ticks arrive within a millisecond or two. A thread that hangs in a read of the kernel must not hold up anyone. */
const RELEASE_WITHIN_MS = 200;

/** A request in progress. */
export interface BegunRequest {
  /** Resolves when every tick so far has arrived. */
  collected: Promise<void>;
  /** To be called once, when the request has ended. `now` is monotonic milliseconds. */
  end(now: number): void;
}

export class TickBatching {
  private state: "immediate" | "batching" = "immediate";
  private openRequests = 0;
  private lastRequestEndedAt = Number.NEGATIVE_INFINITY;
  /** Requests that wait for the held ticks. */
  private waiting: (() => void)[] = [];

  /** `setBatching` tells the thread; when it is to send at once, it answers with what it holds and then `onReleased` is due. */
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

  /** Ticks arrived. `mayBatch` says whether anything but a request needs the next ones at once. */
  onTicks(now: number, mayBatch: boolean): void {
    const isIdle = this.openRequests === 0 && now - this.lastRequestEndedAt >= IDLE_AFTER_MS;
    this.enter(isIdle && mayBatch ? "batching" : "immediate");
  }

  /** The thread has sent every tick that it held. */
  onReleased(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** The thread ended, and what it held with it. The next one begins in `immediate`. */
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
