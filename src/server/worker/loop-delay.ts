/**
 * How long the event loop keeps its timers waiting, while somebody asks: measuring wakes the process, and without a request nobody waits.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

/** Milliseconds between two looks. */
const RESOLUTION_MS = 50;
const WINDOW_MS = 60_000;
/** Of fewer looks the 99th percentile is the longest of them. */
const LEAST_LOOKS = 100;
const NS_A_SECOND = 1e9;

type Histogram = Pick<ReturnType<typeof monitorEventLoopDelay>, "enable" | "disable" | "reset" | "percentile" | "count">;

export class LoopDelay {
  private isMeasuring = false;
  private since = 0;
  private last: number | null = null;

  constructor(private readonly histogram: Histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })) {}

  /** Somebody asks, or nobody does any more. `now` is monotonic milliseconds. */
  measure(isAsked: boolean, now: number): void {
    if (isAsked === this.isMeasuring) return;
    this.isMeasuring = isAsked;
    this.last = null;
    this.since = now;
    this.histogram.reset();
    if (isAsked) this.histogram.enable();
    else this.histogram.disable();
  }

  /** The 99th percentile of the last whole minute, in seconds; null when that was not measured. */
  p99(now: number): number | null {
    if (this.isMeasuring && now - this.since >= WINDOW_MS) {
      const delay = this.histogram.percentile(99) / NS_A_SECOND - RESOLUTION_MS / 1000;
      this.last = this.histogram.count < LEAST_LOOKS ? null : Math.max(0, Math.round(delay * 1e4) / 1e4);
      this.histogram.reset();
      this.since = now;
    }
    return this.last;
  }

  stop(): void {
    this.histogram.disable();
  }
}
