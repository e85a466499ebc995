/**
 * Work of the main thread that is done now and then. All of it falls together, right after a tick: waking up costs more than the
 * work, since other programs have had the processor's caches meanwhile.
 */

/** How much later than the tick of that moment, which takes the collector thread some milliseconds. */
const AFTER_TICK_MS = 30;

/** Calls `run` when the wall clock passes a multiple of `ms`, until the answer is called. */
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
