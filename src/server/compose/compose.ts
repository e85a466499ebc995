/** The composition root: builds the runtime from its parts. Imported by instrumentation only. */
import { cpus, hostname } from "node:os";
import { join } from "node:path";
import { intervalOf } from "~/domain/derive";
import { AppError } from "~/domain/errors";
import { healthOf, noRoom } from "~/domain/health";
import { type Mark, startMarks } from "~/domain/mark";
import { knownMetrics } from "~/domain/metric";
import { toTopProcess } from "~/domain/process";
import { beforeMs, causeMs, explain } from "../alerts/cause";
import { everyAligned } from "../aligned-timer";
import { Attention } from "../attention";
import { Bus } from "../bus";
import { readListeningPorts } from "../collectors/connections";
import { fullHostFacts, quickHostFacts } from "../collectors/host";
import { readProcessDetails } from "../collectors/process-details";
import { loadPlatform } from "../collectors/registry";
import { readUsers } from "../collectors/users";
import type { Config } from "../config/schema";
import { openLineLog } from "../log";
import { loadPlugins } from "../plugins";
import type { MonitoringState, Runtime } from "../runtime";
import type { StartupOptions } from "../startup-options";
import type { Retention } from "../store/file/retention";
import { isScarce } from "../store/file/space";
import { Store } from "../store/store";
import { startWorker } from "../worker/worker";
import { composeAccess } from "./access";
import { composeAlerts } from "./alerts";
import { composeCustom } from "./custom-metrics";
import { composeReports } from "./reports";
import { composeSettings } from "./settings";

const TOP = 5;
/** The setting that says which boot of the machine the last start saw. */
const BOOT_TIME = "boot_time";
const SPACE_EVERY_MS = 5000;
/** A slice of upkeep a second, whatever the interval: an hour takes some hundred of them. */
const MAINTAIN_EVERY_MS = 1000;

function retentionOf({ retention }: Config): Retention {
  return { ...retention, maxBytes: retention.max_size };
}

/** Opens the store, starts the worker and answers the running whole. What was opened is closed again when a later part fails. */
export async function compose(boot: StartupOptions): Promise<Runtime> {
  const { log, version } = boot;
  let onConfig: (config: Config) => void = () => {};
  const settings = composeSettings(boot, (config) => onConfig(config));
  const started = settings.config();
  const startedAt = Date.now();
  const intervalMs = started.monitoring.interval * 1000;
  const roots = { proc: boot.procRoot, sys: boot.sysRoot };
  const platform = await loadPlatform(process.platform);
  const cleanups: (() => Promise<void> | void)[] = [() => settings.close()];
  const stop = async () => {
    for (let clean = cleanups.pop(); clean; clean = cleanups.pop()) await clean();
  };

  try {
    const bus = new Bus((error) => log.error({ err: error }, "a listener of the live data failed"));
    const store = await Store.open(
      {
        path: boot.databasePath,
        intervalMs,
        historySize: started.monitoring.history_size,
        retention: retentionOf(started),
        onError: (error, what) => log.error({ err: error }, `${what} failed`),
      },
      startedAt,
    );
    cleanups.push(() => store.close());
    if (!store.space.writable) log.warn(noRoom(store.space, boot.dataDir));

    const saved = await store.setting("monitoring");
    let state: MonitoringState = {
      monitoring: saved?.value === "stopped" ? "stopped" : "running",
      since: saved?.value === "stopped" ? saved.changedAt.getTime() : startedAt,
    };

    const plugins = await loadPlugins(join(boot.programDir, "plugins"), log);
    const alertLog = openLineLog(boot.logDir, "alerts.log");
    cleanups.push(() => alertLog.close());
    const alerts = await composeAlerts(boot, {
      config: started,
      link: () => `${settings.config().server.public_url ?? boot.url}/alerts`.replace("//alerts", "/alerts"),
      handlers: plugins.alertHandlers,
      store,
      write: alertLog.write,
      host: hostname(),
      onAlert: ({ alert }) => bus.publish({ type: "alert", alert }),
    });
    cleanups.push(() => alerts.stop());

    cleanups.push(() => store.audit.flush());
    const access = composeAccess(boot);
    cleanups.push(() => access.close());

    const custom = await composeCustom(boot, store, plugins.functions);

    const addMark = async (mark: Omit<Mark, "id">) => {
      const added = await store.marks.add(mark);
      bus.publish({ type: "status", monitoring: state.monitoring, mark: added });
      return added;
    };
    onConfig = (config) => {
      addMark({ at: Date.now(), kind: "configuration", text: "the configuration was changed" }).catch((error: unknown) =>
        log.warn({ err: error }, "the change of the configuration could not be marked"),
      );
      alerts.configure(config);
      custom.configure(config.custom_metrics);
      store.setRetention(retentionOf(config));
      log.setLevel(config.logging.level);
    };

    const lookAtSpace = () => {
      const was = store.space.writable;
      const space = store.checkSpace();
      if (space.writable !== was)
        log.warn(space.writable ? "there is room on the disk again: what waited is written" : noRoom(space, boot.dataDir));
      worker.setWritable(space.writable);
    };
    const attention = new Attention();

    const worker = startWorker({
      threadPath: join(boot.programDir, "dist", "collector-thread.mjs"),
      thread: { databasePath: boot.databasePath, intervalMs, cores: cpus().length, procRoot: roots.proc, sysRoot: roots.sys },
      running: state.monitoring === "running",
      writable: store.space.writable,
      log,
      onRestart: () => store.forgetProcesses(),
      onCollected: ({ sample, frame, processes }) => {
        store.add(sample, frame, processes);
        // Only when a viewer is there: without one nobody needs the order of a thousand processes each second.
        const top = () => ({
          cpu: store.processes.top("cpu", TOP).map(toTopProcess),
          memory: store.processes.top("memory", TOP).map(toTopProcess),
        });
        bus.publish({ type: "tick", sample, frame, top });
        alerts.onTick(frame, intervalOf(sample));
        custom.tick(Date.now());
        worker.setCustom(custom.readings(Date.now()));
        // After everyone has the tick: what takes a few milliseconds may delay the next request, not this sample.
        if (intervalMs <= MAINTAIN_EVERY_MS) setImmediate(() => store.maintain(Date.now()));
      },
      mayHold: () => {
        if (isScarce(store.space)) lookAtSpace();
        else if (!attention.isPaid(performance.now()) && alerts.manager.isInactive && custom.isUnused(Date.now())) return true;
        return false;
      },
    });
    cleanups.push(() => worker.stop());
    cleanups.push(everyAligned(SPACE_EVERY_MS, lookAtSpace));
    if (intervalMs > MAINTAIN_EVERY_MS) cleanups.push(everyAligned(MAINTAIN_EVERY_MS, () => store.maintain(Date.now())));

    let host = quickHostFacts(roots);
    const { bootTime } = host;
    const lastBoot = await store.setting(BOOT_TIME);
    const previousBootTime = lastBoot ? Number(lastBoot.value) : null;
    for (const mark of startMarks({ startedAt, version, bootTime, previousBootTime })) await store.marks.add(mark);
    await store.setSetting(BOOT_TIME, String(bootTime), new Date(startedAt));

    const reports = await composeReports(boot, {
      config: () => settings.config(),
      store,
      host: () => host,
      rules: () => alerts.rules(),
    });
    cleanups.push(() => reports.stop());

    const inventory = setTimeout(() => {
      fullHostFacts(roots).then(
        (facts) => {
          host = facts;
        },
        (error: unknown) => log.warn({ err: error }, "part of the host's description could not be read"),
      );
    }, 3000);
    cleanups.push(() => clearTimeout(inventory));

    return {
      get config() {
        return settings.config();
      },
      settings,
      demo: boot.demo,
      version,
      accessSecret: boot.accessSecret,
      bus,
      store,
      log,
      host: () => host,
      users: readUsers,
      notMeasured: platform.notMeasured,
      listeningPorts: () => (platform.hasProc ? readListeningPorts(roots) : []),
      processDetails: async (pid) => {
        if (!platform.hasProc)
          throw new AppError("unavailable", "one process in full is read from /proc, which this system has not");
        return readProcessDetails(roots, { pid, bootTimeMs: host.bootTime, memoryBytes: host.memoryBytes, now: Date.now() });
      },
      health: () =>
        healthOf({
          now: Date.now(),
          version,
          startedAt,
          intervalMs,
          monitoring: state.monitoring,
          monitoringSince: state.since,
          lastTickAt: bus.latest()?.sample.at ?? null,
          failingCollectors: worker.failingCollectors(),
          cost: worker.cost(),
          logError: worker.logError(),
          damagedRows: store.damagedRows,
          replacedDatabase: boot.replacedDatabase,
          storage: store.storage(Date.now()),
          configurationMistakes: settings.mistakes(),
          reportFailures: reports.failures(),
        }),
      alerts: { ...alerts, store: store.alerts },
      reports,
      access,
      audit: store.audit,
      marks: {
        list: (range) => store.marks.list(range),
        remove: (id) => store.marks.remove(id),
        add: addMark,
      },
      metrics: knownMetrics,
      custom: { statuses: custom.statuses, push: custom.push },
      attend() {
        const end = attention.begin();
        return { collected: worker.release(), end: () => end(performance.now()) };
      },
      explain: (metric, at, seconds) => {
        const from = at - causeMs(seconds);
        const now = store.consumers(from, at);
        return now.length === 0
          ? null
          : explain({ metric, labels: {}, from }, now, store.consumers(from - beforeMs(seconds), from));
      },
      monitoring: {
        state: () => state,
        async set(running) {
          const monitoring = running ? "running" : "stopped";
          if (state.monitoring === monitoring) return state;
          const now = new Date();
          await store.setSetting("monitoring", monitoring, now);
          state = { monitoring, since: now.getTime() };
          worker.setRunning(running);
          bus.publish({ type: "status", monitoring });
          return state;
        },
      },
      async stop() {
        bus.publish({ type: "closing" });
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
