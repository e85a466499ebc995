/** Builds the runtime that pages, API and front door use, from the open parts. */
import { join } from "node:path";
import PQueue from "p-queue";
import { AppError } from "~/domain/errors";
import { healthOf } from "~/domain/health";
import type { HostFacts } from "~/domain/host";
import { Redactor } from "~/domain/redact";
import { baselineWindowMs, causeWindowMs } from "../causes/cause";
import { readBootTime } from "../collectors/boot-time";
import { hidesProcesses, userOfConnection } from "../collectors/connection-owner";
import { readDefaultInterfaces } from "../collectors/default-route";
import { readProcessDetails } from "../collectors/process-details";
import { type OpenSockets, readOpenSockets } from "../collectors/socket-owners";
import { readUsers } from "../collectors/users";
import { strayChannels } from "../config/to-rules";
import type { Roots } from "../roots";
import type { Runtime } from "../runtime";
import { runInSlices } from "../slices";
import type { StartupOptions } from "../startup-options";
import { explanationOf, sourcesOf } from "./explanations";
import type { Parts } from "./parts";

export function runtimeOf(startup: StartupOptions, parts: Parts, close: () => Promise<void>): Runtime {
  const { settings, bus, store, catalogue, alerts, access, custom, reports, observers, worker, platform, host } = parts;
  const { roots } = startup;
  const redactor = new Redactor(startup.config.security.redact_arguments);
  return {
    get config() {
      return settings.config();
    },
    settings,
    histories: new PQueue({ concurrency: HISTORIES_AT_ONCE }),
    demo: startup.demo,
    incident: null,
    machine: null,
    fleet: () => parts.engines.fleet(),
    now: () => Date.now(),
    version: startup.version,
    accessSecret: startup.accessSecret,
    basePath: startup.basePath,
    documentationDir: join(startup.programDir, "dist", "docs"),
    bus,
    store,
    past: parts.past,
    log: startup.log,
    runsAsRoot: process.getuid?.() === 0,
    hidesProcesses: hidesProcesses("/proc"),
    userOfConnection: rememberedUsers(roots),
    host: () => hostNow(roots, host.current),
    users: () => readUsers(roots),
    notMeasured: () => [...platform.notMeasured, ...worker.absences(), ...observers.absences()],
    containers: {
      list: () => observers.containers.list(),
      nameOf: observers.containers.nameOf,
      states: () => observers.containerStates.read(),
    },
    failedUnits: () => observers.units.list(),
    openSockets: platform.hasProc ? sharedSockets(roots) : async () => NO_SOCKETS,
    defaultInterfaces: () => readDefaultInterfaces(roots),
    processDetails: async (pid) => {
      if (!platform.hasProc)
        throw new AppError("unavailable", "Process details are read from /proc, which this system does not have.");
      const { memoryBytes } = host.current;
      return readProcessDetails(roots, { pid, memoryBytes, now: Date.now(), redactor, run: runInSlices });
    },
    health: () => currentHealth(startup, parts),
    alerts: { ...alerts, store: store.alerts },
    reports,
    access,
    audit: store.audit,
    marks: {
      list: (range) => store.marks.list(range),
      remove: (id) => store.marks.remove(id),
      add: parts.addMark,
    },
    metrics: () => catalogue.all(),
    definitionOf: catalogue.definitionOf,
    custom: { statuses: custom.statuses, push: custom.push },
    beginRequest: (what) => worker.beginRequest(what),
    cause: async (asked, signal) => {
      const { declared, named, lookLive } = alerts.causes;
      const live = await lookLive(asked, asked.at, Date.now());
      return named(await parts.past.cause({ ...causeStretch(asked), declared: declared(asked.metric), live }, signal));
    },
    explanation: (span, signal) => explanationOf(span, sourcesOf({ ...parts, roots, named: alerts.causes.named }), signal),
    monitoring: { state: () => parts.monitoring.current, set: (running) => setMonitoring(parts, running) },
    reload: () => {
      parts.alertLog.reopen();
      settings.reload();
    },
    async stop() {
      bus.publish({ type: "closing" });
      await close();
    },
  };
}

/** The stretch that explains a metric at a moment. */
export function causeStretch({ metric, labels, at, seconds }: Parameters<Runtime["cause"]>[0]) {
  return { metric, labels, from: at - causeWindowMs(seconds), to: at, baselineMs: baselineWindowMs(seconds) };
}

/** A smaller difference is the rounding of clocks. */
const SAME_BOOT_MS = 2000;

/** The clock may have been set since the start. */
function hostNow(roots: Roots, facts: HostFacts): HostFacts {
  const bootTime = readBootTime(roots, Date.now());
  return bootTime === null || Math.abs(bootTime - facts.bootTime) <= SAME_BOOT_MS ? facts : { ...facts, bootTime };
}

const NO_SOCKETS: OpenSockets = { listening: [], conversations: [], states: null };
const SOCKETS_FOR_MS = 2000;

/** One reading for all who ask within two seconds of its end. */
function sharedSockets(roots: Roots): Runtime["openSockets"] {
  let reading: Promise<OpenSockets> | undefined;
  const forget = () => (reading = undefined);
  return () => {
    if (!reading) {
      reading = runInSlices(readOpenSockets(roots));
      reading.then(() => setTimeout(forget, SOCKETS_FOR_MS).unref(), forget);
    }
    return reading;
  };
}

const HISTORIES_AT_ONCE = 2;
const MAX_CONNECTIONS = 1000;

/** Looks each connection up once: the kernel's table takes milliseconds to read. */
function rememberedUsers(roots: Roots): Runtime["userOfConnection"] {
  const known = new Map<number, string | null>();
  return (connection) => {
    const found = known.get(connection.id);
    if (found !== undefined) return found;
    if (known.size >= MAX_CONNECTIONS) known.clear();
    const user = userOfConnection(connection, roots);
    known.set(connection.id, user);
    return user;
  };
}

function currentHealth({ version, replacedDatabase }: StartupOptions, parts: Parts) {
  const { intervalMs, monitoring, bus, worker, observers, store, settings, reports, alerts, custom } = parts;
  const now = Date.now();
  return healthOf({
    now,
    version,
    uptimeSeconds: process.uptime(),
    intervalMs,
    monitoring: monitoring.current.monitoring,
    monitoringSince: monitoring.current.since,
    lastTickAt: bus.latest()?.sample.at ?? null,
    failingCollectors: worker.failingCollectors(),
    absences: [...worker.absences(), ...observers.absences()],
    threadError: worker.threadError(),
    cost: worker.cost(),
    memory: parts.memory.use(),
    ringMs: settings.config().monitoring.history_size * intervalMs,
    loopDelaySeconds: worker.loopDelay(),
    logError: worker.logError(),
    damagedRows: store.damagedRows,
    replacedDatabase,
    storage: store.storage(now),
    configurationMistakes: settings.mistakes(),
    reportFailures: reports.failures(),
    channels: alerts.channelStates(),
    remoteWrites: parts.engines.targets(),
    fleetError: parts.engines.fleet()?.error() ?? null,
    strayChannels: strayChannels(settings.config(), alerts.channels()),
    failingCustom: custom.statuses().flatMap(({ name, error }) => (error === null ? [] : [{ name, error }])),
    customMetrics: custom.statuses().length,
  });
}

/** Stores the state before applying it: a restart must restore what the caller was told. */
async function setMonitoring({ store, monitoring, worker, bus }: Parts, running: boolean) {
  const wanted = running ? "running" : "stopped";
  if (monitoring.current.monitoring === wanted) return monitoring.current;
  const now = new Date();
  await store.setSetting("monitoring", wanted, now);
  monitoring.current = { monitoring: wanted, since: now.getTime() };
  worker.setRunning(running);
  bus.publish({ type: "status", monitoring: wanted });
  return monitoring.current;
}
