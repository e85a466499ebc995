/** Ticks on absolute boundaries of the wall clock. */

/** Epoch milliseconds of the next boundary after `now`. */
function nextBoundary(now: number, intervalMs: number): number {
  return (Math.floor(now / intervalMs) + 1) * intervalMs;
}

export interface ScheduledTick {
  /** The boundary, epoch milliseconds. */
  at: number;
  /** How late the timer fired. */
  lateMs: number;
  /** Seconds by which the wall clock moved otherwise than time did since the tick before; 0 at the first. */
  clockStepSeconds: number;
  /** Boundaries that passed without a tick since the one before. */
  missed: number;
}

/** Less than this is the clock being slewed, not set. */
const SLEWED_MS = 250;

export interface Schedule {
  stop(): void;
}

/** Calls `onTick` at every boundary until stopped. A tick that takes too long makes the following ones missed, never late. */
export function startSchedule(intervalMs: number, onTick: (tick: ScheduledTick) => void): Schedule {
  let timer: NodeJS.Timeout;
  let lastAt: number | undefined;
  let lastMonotonic = 0;
  let lastWall = 0;

  const arm = (boundary: number) => {
    timer = setTimeout(() => {
      const now = Date.now();
      // Timers may fire a little early; a clock that was set back makes the boundary distant.
      if (now < boundary) return arm(boundary - now > intervalMs ? nextBoundary(now, intervalMs) : boundary);
      const at = Math.floor(now / intervalMs) * intervalMs;
      const monotonic = performance.now();
      const missed = lastAt === undefined ? 0 : Math.max(0, Math.round((monotonic - lastMonotonic) / intervalMs) - 1);
      const drift = lastAt === undefined ? 0 : Math.abs(now - lastWall - (monotonic - lastMonotonic));
      // Timers and slewing account for milliseconds.
      const clockStepSeconds = drift < SLEWED_MS ? 0 : Math.round(drift) / 1000;
      if (at !== lastAt) onTick({ at, lateMs: now - at, clockStepSeconds, missed });
      lastAt = at;
      lastMonotonic = monotonic;
      lastWall = now;
      arm(nextBoundary(Date.now(), intervalMs));
    }, boundary - Date.now());
  };
  arm(nextBoundary(Date.now(), intervalMs));
  return { stop: () => clearTimeout(timer) };
}
