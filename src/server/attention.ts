/** Whether somebody asks this server for anything. */

/** Whoever asked just now is likely to ask again. */
const LASTS_MS = 10_000;

export class Attention {
  private open = 0;
  private lastEndedAt = Number.NEGATIVE_INFINITY;

  /** A request began. Answers what to call, once, when it has ended. */
  begin(): (now: number) => void {
    this.open++;
    return (now) => {
      this.open--;
      this.lastEndedAt = now;
    };
  }

  /** `now` is monotonic milliseconds, here and above. */
  isPaid(now: number): boolean {
    return this.open > 0 || now - this.lastEndedAt < LASTS_MS;
  }
}
