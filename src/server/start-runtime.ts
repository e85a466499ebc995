import { compose } from "./compose/compose";
import { composeIncident } from "./compose/incident";
import { findRuntime, replaceRuntime, setRuntime } from "./runtime";
import { getStartupOptions, type StartupOptions } from "./startup-options";

const ANSWERED_WITHIN_MS = 200;

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
  await run(startup, { isFirst: true });
}

async function run(startup: StartupOptions, { isFirst }: { isFirst: boolean }): Promise<void> {
  try {
    setRuntime(
      startup.incident
        ? await composeIncident(startup, startup.incident)
        : await compose(startup, { isFirst, restart: () => restartSoon(startup) }),
    );
  } catch (error) {
    process.stderr.write(`Hostscope could not start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(70);
  }
}

/** The request that asked for it is answered first. */
function restartSoon(startup: StartupOptions): void {
  const restart = () =>
    replaceRuntime(async (before) => {
      startup.log.info("restarting sampling with new monitoring settings");
      await before.stop();
      await run(startup, { isFirst: false });
    });
  setTimeout(restart, ANSWERED_WITHIN_MS).unref();
}
