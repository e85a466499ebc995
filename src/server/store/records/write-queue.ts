/**
 * Writes of the main thread. While the database takes none they wait in memory and are written in order later. As long as none waits,
 * each is written at once, and those that are started together finish in any order.
 */
import { isTransient } from "../file/database";
import { retried } from "../file/prisma";

/** Enough for an hour of minute rows and a thousand alerts. Beyond it the oldest are dropped. */
const MAX_WAITING = 2000;

type Write = () => Promise<unknown>;

/** Prisma wraps the errors of SQLite in messages of its own. */
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

  /** True when it was written, false when it waits. Throws errors that waiting does not cure. */
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
      this.waiting.shift();
      this.lost++;
    }
    return false;
  }

  /** Writes what waits, until one fails again. */
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
        this.waiting.shift();
      }
    } finally {
      this.draining = false;
    }
  }
}
