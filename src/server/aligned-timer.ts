/**
 * Periodic work of the main thread. All of it runs together right after a tick: a wakeup costs more than the work, because other
 * programs have meanwhile filled the CPU caches.
 */

/** Delay after the tick of the same moment, for which the collector thread takes some milliseconds. */
const AFTER_TICK_MS = 30;

/** Calls `run` AFTER_TICK_MS after each multiple of `ms` on the wall clock. Returns a function that stops it. */
export function everyAligned(ms: number, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = () => {
    const now = Date.now() - AFTER_TICK_MS;
    timer = setTimeout(
      () => {
        arm();
        run();
      },
      (Math.floor(now / ms) + 1) * ms - now,
    );
    timer.unref();
  };
  arm();
  return () => clearTimeout(timer);
}
