/** Ticks at multiples of the interval on the wall clock. */

/** Epoch milliseconds of the next boundary after `now`. */
function nextBoundary(now: number, intervalMs: number): number {
  return (Math.floor(now / intervalMs) + 1) * intervalMs;
}

export interface ScheduledTick {
  /** The boundary, epoch milliseconds. */
  at: number;
  /** How late the timer fired. */
  lateMs: number;
  /** By how much the wall clock was set since the previous tick, negative when back; 0 at the first tick and below SLEWED_MS. */
  clockStepMs: number;
  /** Boundaries that passed without a tick since the previous one. */
  missed: number;
}

/** A smaller difference is slewing, not a step. */
const SLEWED_MS = 250;

export interface TickTimer {
  stop(): void;
}

/** Calls `onTick` at every boundary until stopped. A slow tick causes later boundaries to be missed, not delayed. */
export function startTickTimer(intervalMs: number, onTick: (tick: ScheduledTick) => void): TickTimer {
  let timer: NodeJS.Timeout;
  let lastAt: number | undefined;
  let lastMonotonic = 0;
  let lastWall = 0;

  const arm = (boundary: number) => {
    timer = setTimeout(() => {
      const now = Date.now();
      // Timers may fire slightly early. After the clock was set back, the boundary is far away: take the next one.
      if (now < boundary) return arm(boundary - now > intervalMs ? nextBoundary(now, intervalMs) : boundary);
      const at = Math.floor(now / intervalMs) * intervalMs;
      const monotonic = performance.now();
      const missed = lastAt === undefined ? 0 : Math.max(0, Math.round((monotonic - lastMonotonic) / intervalMs) - 1);
      const drift = lastAt === undefined ? 0 : now - lastWall - (monotonic - lastMonotonic);
      // Timer inaccuracy and slewing amount to milliseconds.
      const clockStepMs = Math.abs(drift) < SLEWED_MS ? 0 : Math.round(drift);
      if (at !== lastAt) onTick({ at, lateMs: now - at, clockStepMs, missed });
      lastAt = at;
      lastMonotonic = monotonic;
      lastWall = now;
      arm(nextBoundary(Date.now(), intervalMs));
    }, boundary - Date.now());
  };
  arm(nextBoundary(Date.now(), intervalMs));
  return { stop: () => clearTimeout(timer) };
}
