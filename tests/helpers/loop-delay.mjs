/**
 * Loaded into a server with --import: writes the delay of its event loop, in ms, to the file that LOOP_DELAY_FILE names. SIGUSR2 begins
 * anew.
 */
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const file = process.env.LOOP_DELAY_FILE;
if (isMainThread && file) {
  const resolution = 10;
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  process.on("SIGUSR2", () => histogram.reset());
  setInterval(() => {
    /** @param {number} nanoseconds */
    const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolution);
    writeFileSync(file, JSON.stringify({ p99: ms(histogram.percentile(99)), max: ms(histogram.max), count: histogram.count }));
  }, 500).unref();
}
