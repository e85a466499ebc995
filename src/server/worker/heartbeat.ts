/**
 * Tells the collector thread, through shared memory, that the main thread is alive and what it began last. A main thread that stands
 * still answers nobody, not even SIGTERM: the collector thread then ends the process, and the service manager starts it again.
 */

const TEXT_BYTES = 200;
/** A 32-bit count of beats, then the length of the text, then the text. */
const HEADER_BYTES = 8;
/** The main thread beats, and the collector thread looks, once per this time. */
export const BEAT_EVERY_MS = 5000;
export const STALLED_MS = 30_000;

export type HeartbeatMemory = SharedArrayBuffer;

/** The main thread's side. */
export class Heartbeat {
  readonly memory: HeartbeatMemory = new SharedArrayBuffer(HEADER_BYTES + TEXT_BYTES);
  private readonly header = new Int32Array(this.memory, 0, 2);
  private readonly text = Buffer.from(this.memory, HEADER_BYTES, TEXT_BYTES);

  beat(): void {
    Atomics.add(this.header, 0, 1);
  }

  /** Notes what begins now, such as `GET /api/metrics`. */
  note(activity: string): void {
    Atomics.store(this.header, 1, this.text.write(activity));
  }
}

/** The collector thread's side. Pure but for the shared memory: times are monotonic milliseconds. */
export class Watchdog {
  private readonly header: Int32Array;
  private readonly text: Buffer;
  private beats: number;
  private beatAt: number;
  private waitedAtBeat = 0;
  private lookedAt: number;

  constructor(memory: HeartbeatMemory, now: number) {
    this.header = new Int32Array(memory, 0, 2);
    this.text = Buffer.from(memory, HEADER_BYTES, TEXT_BYTES);
    this.beats = Atomics.load(this.header, 0);
    this.beatAt = now;
    this.lookedAt = now;
  }

  /**
   * What the main thread began last, when it has not beaten for STALLED_MS; else null. Call every BEAT_EVERY_MS. `waitedMs` is how long the
   * main thread has waited for a CPU since it began: who has no CPU stands no stiller than the machine, and to start anew would not help.
   */
  look(now: number, waitedMs = 0): string | null {
    // This thread was late too: the machine was suspended or overloaded, or the process was stopped. Count anew.
    const wasStopped = now - this.lookedAt > 2 * BEAT_EVERY_MS;
    const beats = Atomics.load(this.header, 0);
    if (wasStopped || beats !== this.beats) {
      this.beatAt = now;
      this.waitedAtBeat = waitedMs;
    }
    this.beats = beats;
    this.lookedAt = now;
    const stoodMs = now - this.beatAt - (waitedMs - this.waitedAtBeat);
    return stoodMs < STALLED_MS ? null : this.text.toString("utf8", 0, Atomics.load(this.header, 1));
  }
}
