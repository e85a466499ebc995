/**
 * The composition root, imported by instrumentation only.
 *
 * In: what `start` decided before Next was loaded. Out: the one runtime, whose `stop` closes the parts in reverse order.
 * Never: two parts that know each other without being passed to each other here; a part left open when a later one fails to.
 */
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { intervalOf } from "~/domain/derive";
import { formatDuration } from "~/domain/format-value";
import { noRoom } from "~/domain/health";
import type { Reading } from "~/domain/sample";
import { everyAligned } from "../aligned-timer";
import { Bus } from "../bus";
import { loadPlatform } from "../collectors/registry";
import type { Config } from "../config/schema";
import { openLineLog } from "../log";
import { MetricCatalogue } from "../metric-catalogue";
import { loadPlugins } from "../plugins";
import { Reader } from "../reader/reader";
import type { MonitoringState, Runtime } from "../runtime";
import type { StartupOptions } from "../startup-options";
import { isScarce } from "../store/file/space";
import { retentionOf } from "../store/file/storage";
import { Store } from "../store/store";
import { CollectorThread, type DerivedTick } from "../worker/worker";
import { composeAccess } from "./access";
import { composeAlerts } from "./alerts";
import { Cleanups } from "./cleanups";
import { composeCustom } from "./custom-metrics";
import { composeEngines } from "./engines";
import { describeHost } from "./host";
import { composeMemory } from "./memory";
import { messageLinks } from "./message-links";
import { composeObservers } from "./observers";
import { ownAddress } from "./own-address";
import type { Parts } from "./parts";
import { composeReports } from "./reports";
import { runtimeOf } from "./runtime-of";
import { composeSettings } from "./settings";

const SPACE_EVERY_MS = 5000;
/** Maintenance has a slice a second, whatever the interval. */
const MAINTAIN_EVERY_MS = 1000;
/** Of a core, for compressing the hour that is over: so little that no minute stands out. */
const COMPRESSION_SHARE = 0.0015;
const STOPPED_EVERY_MS = 15_000;
const STOPPED_SLICES = 5;

export interface ComposeOptions {
  /** The server has just started: that is marked on the charts. */
  isFirst: boolean;
  /** Called when the configuration has other settings of monitoring, which everything is built on. */
  restart: () => void;
}

export async function compose(startup: StartupOptions, options: ComposeOptions): Promise<Runtime> {
  const cleanups = new Cleanups();
  try {
    const parts = await openParts(startup, options, cleanups);
    return runtimeOf(startup, parts, () => cleanups.run());
  } catch (error) {
    await cleanups.run();
    throw error;
  }
}

/** Opens the parts in the order of their dependencies. The worker starts after everything that receives its ticks. */
async function openParts(startup: StartupOptions, { isFirst, restart }: ComposeOptions, cleanups: Cleanups): Promise<Parts> {
  const { log } = startup;
  const startedAt = Date.now();
  let onConfig: (config: Config) => void = () => {};
  const settings = composeSettings(startup, (config) => onConfig(config));
  cleanups.add(() => settings.close());
  const config = settings.config();
  const intervalMs = config.monitoring.interval * 1000;
  const platform = await loadPlatform(process.platform);
  const bus = new Bus((error) => log.error({ err: error }, "a listener for live data failed"));
  const catalogue = new MetricCatalogue();
  const store = await openStore(startup, { config, catalogue, now: startedAt });
  cleanups.add(() => store.close());
  const past = openReader(startup, { intervalMs, store, catalogue }, cleanups);
  const monitoring = { current: await savedMonitoring(store, startedAt) };

  const plugins = await loadPlugins(pluginFolders(startup), log);
  // Before alerting, which reads past samples: configured counters have to be known as counters.
  const custom = composeCustom(startup, { store, catalogue }, plugins);
  const alertLog = openLineLog(startup.logDir, "alerts.log");
  cleanups.add(() => alertLog.close());
  const addMark = markAdder({ store, bus, monitoring });
  const host = await describeHost(startup, { store, startedAt, isFirst }, cleanups);
  const observers = await composeObservers(startup, { config, store, addMark });
  cleanups.add(() => observers.stop());
  const alerts = await composeAlerts(startup, {
    config,
    links: messageLinks(startup, () => ownAddress(settings.config(), startup.url)),
    handlers: plugins.alertHandlers,
    store,
    past,
    catalogue,
    write: alertLog.write,
    host: hostname(),
    observers,
    machine: host,
    onAlert: ({ alert }) => bus.publish({ type: "alert", alert }),
  });
  cleanups.add(() => alerts.stop());
  cleanups.add(() => store.audit.flush());
  const access = composeAccess(startup);
  cleanups.add(() => access.close());

  onConfig = (next) => {
    addMark({ at: Date.now(), kind: "configuration", text: "Config change" }).catch((error: unknown) =>
      log.warn({ err: error }, "cannot add the mark of the configuration change"),
    );
    alerts.configure(next);
    custom.configure(next.custom_metrics);
    observers.configure(next);
    engines.configure(next);
    store.setRetention(retentionOf(next.retention));
    log.setLevel(next.logging.level);
    if (!isDeepStrictEqual(next.monitoring, config.monitoring)) restart();
  };

  const running = monitoring.current.monitoring === "running";
  const engines = await composeEngines(startup, { config, store, past, catalogue, alerts, host });
  cleanups.add(() => engines.stop());
  const opened = { intervalMs, bus, store, catalogue, alerts, custom, observers, addMark, engines, host };
  const worker = startWorker(startup, { ...opened, running }, cleanups);
  const reports = await composeReports(startup, {
    config: () => settings.config(),
    store,
    past,
    host: () => host.current,
    rules: () => alerts.rules(),
  });
  cleanups.add(() => reports.stop());
  return {
    ...opened,
    startedAt,
    platform,
    settings,
    past,
    access,
    alertLog,
    reports,
    worker,
    memory: composeMemory({ store, bus }, cleanups),
    monitoring,
    host,
  };
}

const pluginFolders = ({ programDir, configPath }: StartupOptions) =>
  [programDir, dirname(configPath)].map((folder) => join(folder, "plugins"));

export async function openStore(
  { databasePath, dataDir, log }: StartupOptions,
  { config, catalogue, now }: { config: Config; catalogue: MetricCatalogue; now: number },
): Promise<Store> {
  const store = await Store.open(
    {
      path: databasePath,
      intervalMs: config.monitoring.interval * 1000,
      historySize: config.monitoring.history_size,
      retention: retentionOf(config.retention),
      compressionShare: COMPRESSION_SHARE,
      definitionOf: catalogue.definitionOf,
      onError: (error, what) => log.error({ err: error }, `${what} failed`),
      onNotice: (text) => log.warn(text),
    },
    now,
  );
  if (!store.space.writable) log.warn(noRoom(store.space, dataDir));
  return store;
}

/** Stores a mark and publishes it to all open charts. */
function markAdder({ store, bus, monitoring }: Pick<Parts, "store" | "bus" | "monitoring">): Parts["addMark"] {
  return async (mark) => {
    const added = await store.marks.add(mark);
    bus.publish({ type: "status", monitoring: monitoring.current.monitoring, mark: added });
    return added;
  };
}

export function openReader(
  { programDir, databasePath, log }: StartupOptions,
  { intervalMs, store, catalogue }: { intervalMs: number; store: Store; catalogue: MetricCatalogue },
  cleanups: Cleanups,
): Reader {
  const threadPath = join(programDir, "dist", "reader-thread.mjs");
  const thread = { databasePath, intervalMs };
  const past = new Reader({ threadPath, thread, store, metrics: () => catalogue.all(), log });
  cleanups.add(() => past.stop());
  return past;
}

/** Monitoring that was stopped stays stopped after a restart. */
async function savedMonitoring(store: Store, now: number): Promise<MonitoringState> {
  const saved = await store.setting("monitoring");
  return saved?.value === "stopped"
    ? { monitoring: "stopped", since: saved.changedAt.getTime() }
    : { monitoring: "running", since: now };
}

/** A clock that is set by less is being disciplined. */
const WORTH_TELLING_MS = 1000;

/** What was noted while the clock was ahead lies in the future, where no list shows it. */
function correctTimes(
  { store, log, addMark }: Pick<Parts, "store" | "addMark"> & Pick<StartupOptions, "log">,
  { now, clockStepMs }: { now: number; clockStepMs: number },
): void {
  if (Math.abs(clockStepMs) < WORTH_TELLING_MS) return;
  const by = formatDuration(Math.round(Math.abs(clockStepMs) / 1000));
  const text = `Clock set ${clockStepMs > 0 ? "forward" : "back"} by ${by}`;
  log.warn(text);
  addMark({ at: now, kind: "clock", text }).catch((error: unknown) =>
    log.warn({ err: error }, "cannot add the mark of the clock change"),
  );
  if (clockStepMs > 0) return;
  store.correctFuture(now, clockStepMs).then(
    (count) => {
      if (count > 0) log.warn(`corrected ${count} alerts, marks and messages with times in the future`);
    },
    (error: unknown) => log.error({ err: error }, "cannot correct times in the future"),
  );
}

/** Always there: a series that comes and goes costs more than one without a value. */
function delayReading(worker: CollectorThread): Reading {
  return { metric: "nodejs.eventloop.delay.p99", value: worker.loopDelay() ?? Number.NaN };
}

/** One for each channel, also while all is well: its rule resolves by them. */
function channelReadings(alerts: Parts["alerts"], now: number): Reading[] {
  return alerts.channelStates().map(({ name, failingSince }) => ({
    metric: "hostscope.notification.failing.time",
    labels: { "hostscope.channel": name },
    value: failingSince === null ? 0 : Math.max(0, (now - failingSince) / 1000),
  }));
}

interface TickReaders
  extends Pick<
    Parts,
    "intervalMs" | "bus" | "store" | "catalogue" | "alerts" | "custom" | "observers" | "addMark" | "engines" | "host"
  > {
  running: boolean;
}

/** Starts the collector thread and defines who gets each tick, in which order. */
function startWorker(
  startup: StartupOptions,
  { intervalMs, running, bus, store, catalogue, alerts, custom, observers, addMark, engines, host }: TickReaders,
  cleanups: Cleanups,
): CollectorThread {
  const { config, log, databasePath, dataDir, roots } = startup;
  const checkSpace = () => {
    const before = store.space.writable;
    const space = store.checkSpace();
    if (space.writable !== before)
      log.warn(space.writable ? "the disk has free space again: writing queued samples" : noRoom(space, dataDir));
    worker.setWritable(space.writable);
  };
  let maintainedAt = Number.NEGATIVE_INFINITY;
  const maintain = () => {
    maintainedAt = performance.now();
    store.maintain(Date.now());
  };
  const onTick = ({ sample, frame, processes, clockStepMs }: DerivedTick) => {
    store.add(sample, frame, processes);
    if (clockStepMs !== 0) correctTimes({ store, log, addMark }, { now: sample.at, clockStepMs });
    // Computed on demand: without a viewer, nobody needs a thousand processes sorted each second.
    const top = () => store.processes.tops();
    bus.publish({ type: "tick", sample, frame, top });
    observers.tick(sample.series, sample.at);
    alerts.onTick(frame, { elapsedSeconds: intervalOf(sample), clockStepMs });
    custom.tick(Date.now());
    // Read custom metrics here, since plugins and programs run in this thread. Only the collector thread writes samples, so the
    // readings go there and come back in the next sample: stored, derived and charted like all others.
    const now = Date.now();
    const own = [delayReading(worker), ...channelReadings(alerts, now), ...engines.readings(now)];
    worker.setCustom([...custom.readings(now), ...observers.readings(), ...own]);
    // Run maintenance after everyone has the tick: its few milliseconds may delay the next request, but not this sample.
    if (intervalMs <= MAINTAIN_EVERY_MS) setImmediate(maintain);
    engines.tick();
  };
  const worker = new CollectorThread({
    threadPath: join(startup.programDir, "dist", "collector-thread.mjs"),
    thread: {
      databasePath,
      intervalMs,
      cores: host.current.logicalCpus,
      mostSeries: config.monitoring.max_series,
      roots,
      redact: config.security.redact_arguments,
    },
    watchdogLog: join(startup.logDir, "monitor.log"),
    running,
    writable: store.space.writable,
    log,
    definitionOf: catalogue.definitionOf,
    onRestart: () => store.forgetProcesses(),
    onTick,
    mayBatch: () => {
      if (isScarce(store.space)) {
        checkSpace();
        return false;
      }
      return alerts.manager.isInactive && custom.isUnused(Date.now());
    },
  });
  cleanups.add(() => worker.stop());
  cleanups.add(everyAligned(SPACE_EVERY_MS, checkSpace));
  if (intervalMs > MAINTAIN_EVERY_MS) cleanups.add(everyAligned(MAINTAIN_EVERY_MS, maintain));
  // While monitoring is stopped no tick does it. Seldom: a wakeup costs more than the work.
  const whileStopped = () => {
    if (performance.now() - maintainedAt < STOPPED_EVERY_MS / 2) return;
    for (let slice = 0; slice < STOPPED_SLICES; slice++) maintain();
  };
  cleanups.add(everyAligned(STOPPED_EVERY_MS, whileStopped));
  return worker;
}
