/**
 * Writes of the main thread. While the database accepts none, they are queued in memory and later written in order. While the
 * queue is empty, each is written at once, and concurrent ones may finish in any order.
 */
import { isTransient } from "../file/database";
import { retried } from "../file/prisma";

/** Enough for an hour of minute rows and a thousand alerts. Beyond it the oldest are dropped. */
const MAX_WAITING = 2000;

type Write = () => Promise<unknown>;

/** Prisma wraps SQLite's errors in its own messages. */
function isFull(error: unknown): boolean {
  const text = error instanceof Error ? `${error.message} ${JSON.stringify((error as { meta?: unknown }).meta ?? "")}` : "";
  return (
    isTransient(error) || /disk is full|SQLITE_(FULL|IOERR|READONLY)|disk I\/O error|readonly database|SocketTimeout/i.test(text)
  );
}

export class WriteQueue {
  private readonly waiting: Write[] = [];
  private draining = false;
  private lost = 0;
  writable = true;

  get length(): number {
    return this.waiting.length;
  }

  get dropped(): number {
    return this.lost;
  }

  /** True when written, false when queued. Throws errors that a retry would not fix. */
  async run(write: Write): Promise<boolean> {
    if (this.writable && this.waiting.length === 0) {
      try {
        await retried(write);
        return true;
      } catch (error) {
        if (!isFull(error)) throw error;
      }
    }
    this.waiting.push(write);
    if (this.waiting.length > MAX_WAITING) {
      // The first one is being written.
      this.waiting.splice(this.draining ? 1 : 0, 1);
      this.lost++;
    }
    return false;
  }

  /** Writes the queue in order, until the database refuses again. Other errors go to `onError`. */
  async drain(onError: (error: unknown) => void): Promise<void> {
    if (this.draining || !this.writable) return;
    this.draining = true;
    try {
      for (let write = this.waiting[0]; write && this.writable; write = this.waiting[0]) {
        try {
          await retried(write);
        } catch (error) {
          if (isFull(error)) return;
          onError(error);
        }
        // While it was written the queue may have overflowed: take out this one, not whatever is first now.
        const place = this.waiting.indexOf(write);
        if (place >= 0) this.waiting.splice(place, 1);
      }
    } finally {
      this.draining = false;
    }
  }
}
