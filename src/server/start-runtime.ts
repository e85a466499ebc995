import { compose } from "./compose/compose";
import { findRuntime, setRuntime } from "./runtime";
import { getStartupOptions } from "./startup-options";

let starting: Promise<void> | undefined;

/**
 * Starts the runtime once, however often Next calls it. If it cannot start, exits with 70: a server without it would only seem to
 * work.
 */
export function startRuntime(): Promise<void> {
  if (findRuntime()) return Promise.resolve();
  starting ??= start();
  return starting;
}

async function start(): Promise<void> {
  const startup = getStartupOptions();
  if (!startup) {
    process.stderr.write("Hostscope is started with `npm start` or `hostscope start`, not by Next's own command\n");
    process.exit(70);
  }
  try {
    setRuntime(await compose(startup));
  } catch (error) {
    process.stderr.write(`Hostscope could not start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(70);
  }
}
