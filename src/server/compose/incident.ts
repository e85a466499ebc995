/**
 * The runtime of `hostscope open`: the parts that answer about the past, on the database that an incident file was read into, as of its
 * end. Nothing samples, evaluates or notifies, and nothing can be changed.
 */
import { join } from "node:path";
import PQueue from "p-queue";
import { shownPodContainer } from "~/domain/container";
import { deriveFrame } from "~/domain/derive";
import { AppError } from "~/domain/errors";
import type { Sample } from "~/domain/sample";
import { Bus } from "../bus";
import { settingFrom } from "../config/describe";
import type { IncidentHead } from "../incident/head";
import { MetricCatalogue } from "../metric-catalogue";
import type { Reader } from "../reader/reader";
import { ReportLibrary } from "../reports/library";
import { createReportMaker, reportFileName } from "../reports/maker";
import type { Runtime } from "../runtime";
import type { StartupOptions } from "../startup-options";
import type { Store } from "../store/store";
import { composeAccess } from "./access";
import { timingOf, tryRule } from "./alerts";
import { composeCauses } from "./causes";
import { Cleanups } from "./cleanups";
import { openReader, openStore } from "./compose";
import { explanationOf } from "./explanations";
import { acknowledgeLinks } from "./message-links";
import { causeStretch } from "./runtime-of";

/** More alerts than fire at once on any machine. */
const MOST_FIRING = 1000;

/** What the type asks for and no request reaches: procedures refuse changes before. */
function refuse(): never {
  throw new AppError("forbidden", "This is a saved incident file. Nothing can be changed.");
}

export async function composeIncident(startup: StartupOptions, head: IncidentHead): Promise<Runtime> {
  const cleanups = new Cleanups();
  try {
    return await openRuntime(startup, head, cleanups);
  } catch (error) {
    await cleanups.run();
    throw error;
  }
}

function settingsOf(head: IncidentHead): Runtime["settings"] {
  return {
    list: () => head.settings.map(settingFrom),
    text: () => null,
    entries: () => [],
    receivers: () => ({ kinds: [], receivers: [] }),
    etag: () => `"${head.createdAt}"`,
    change: refuse,
    mistakes: () => [],
  };
}

async function openRuntime(startup: StartupOptions, head: IncidentHead, cleanups: Cleanups): Promise<Runtime> {
  const { config, log } = startup;
  const intervalMs = head.intervalSeconds * 1000;
  const catalogue = new MetricCatalogue();
  for (const metric of head.customMetrics) catalogue.defineCustom(metric);
  const store = await openStore(startup, { config, catalogue, now: head.to });
  cleanups.add(() => store.close());
  const past = openReader(startup, { intervalMs, store, catalogue }, cleanups);
  cleanups.add(() => store.audit.flush());
  const access = composeAccess(startup);
  cleanups.add(() => access.close());
  const bus = new Bus((error) => log.error({ err: error }, "a listener for live data failed"));
  await publishEnd(head, { store, past, catalogue, bus });
  const containers = await store.containers.list();
  const names = new Map(containers.map((one) => [one.id, shownPodContainer(one)]));
  const declared = new Map(head.customMetrics.map((one) => [one.metric, one.explain]));
  const causes = composeCauses({
    store,
    nameOf: (id) => names.get(id),
    declared: (metric) => declared.get(metric),
    lookLive: async () => undefined,
  });

  return {
    config,
    version: startup.version,
    demo: head.demo,
    incident: { from: head.from, to: head.to, redacted: head.redacted, timeZone: head.timeZone },
    machine: null,
    fleet: () => null,
    now: () => head.to,
    accessSecret: startup.accessSecret,
    basePath: startup.basePath,
    documentationDir: join(startup.programDir, "dist", "docs"),
    bus,
    store,
    past,
    log,
    host: () => head.host,
    notMeasured: () => head.notMeasured.map(({ since, ...one }) => ({ ...one, ...(since !== undefined && { since }) })),
    containers: {
      list: () => containers,
      nameOf: (id) => names.get(id),
      states: async () => ({ states: [], restarts: new Map() }),
    },
    failedUnits: () => [],
    runsAsRoot: false,
    hidesProcesses: false,
    userOfConnection: () => null,
    users: () => [],
    // They are read when somebody looks, and not kept.
    openSockets: async () => ({ listening: [], conversations: [], states: null }),
    defaultInterfaces: () => [],
    processDetails: async () => null,
    health: () => healthOf(startup, head),
    alerts: await alertsOf(startup, head, { store, past }),
    histories: new PQueue({ concurrency: 2 }),
    settings: settingsOf(head),
    reports: reportsOf(startup, head, { store, past }),
    access,
    audit: store.audit,
    marks: { list: (range) => store.marks.list(range), remove: refuse, add: refuse },
    cause: async (asked, signal) =>
      causes.named(await past.cause({ ...causeStretch(asked), declared: causes.declared(asked.metric) }, signal)),
    explanation: async (span, signal) => {
      const { explanation } = head;
      // What was found beside the weeks before, which are not in the file.
      if (explanation && explanation.from === span.from && explanation.to === span.to) return explanation;
      const [metrics, host] = [() => catalogue.all(), () => head.host];
      const { alerts, marks } = store;
      const nothing = { failedUnits: () => [], logins: () => [] };
      return explanationOf(span, { past, alerts, marks, ...nothing, metrics, host, named: causes.named }, signal);
    },
    metrics: () => catalogue.all(),
    definitionOf: catalogue.definitionOf,
    custom: { statuses: () => [], push: refuse },
    beginRequest: () => ({ collected: Promise.resolve(), end: () => {} }),
    monitoring: { state: () => ({ monitoring: "stopped", since: head.to }), set: refuse },
    reload: () => {},
    async stop() {
      bus.publish({ type: "closing" });
      await cleanups.run();
    },
  };
}

interface Opened {
  store: Store;
  past: Reader;
}

/** What live pages show is the last tick of the stretch. */
async function publishEnd(
  head: IncidentHead,
  { store, past, catalogue, bus }: Opened & { catalogue: MetricCatalogue; bus: Bus },
): Promise<void> {
  let [before, last]: (Sample | undefined)[] = [];
  for (const sample of store.recent(0)) [before, last] = [last, sample];
  if (!last) return;
  const table = await past.processesAt(head.to);
  if (table) store.processes.apply({ at: table.at, staleMs: table.staleMs, changed: table.rows, exited: [] });
  const frame = deriveFrame(before, last, catalogue.definitionOf);
  bus.publish({ type: "tick", sample: last, frame, top: () => store.processes.tops() });
}

function healthOf({ version }: StartupOptions, head: IncidentHead): ReturnType<Runtime["health"]> {
  const detail = `an incident file of ${head.host.name}, made by version ${head.version}: nothing is sampled`;
  const checks = [{ name: "sampling", status: "ok" as const, detail }];
  return { status: "ok", version, uptimeSeconds: Math.floor(process.uptime()), checks };
}

async function alertsOf(startup: StartupOptions, head: IncidentHead, { store, past }: Opened): Promise<Runtime["alerts"]> {
  const firing = await store.alerts.list({ from: 0, to: head.to, state: "firing", limit: MOST_FIRING });
  const manager: Runtime["alerts"]["manager"] = {
    active: () => firing,
    acknowledge: refuse,
    unacknowledge: refuse,
    resolve: refuse,
    reopen: refuse,
    mutedBy: ({ id }) => head.mutedBy[id] ?? null,
  };
  return {
    manager,
    store: store.alerts,
    rules: () => head.rules,
    silences: { list: () => [], add: refuse, end: refuse },
    backtest: (entry, range, signal) => tryRule(entry, range, { past, timing: timingOf(startup.config), signal }),
    test: refuse,
    channels: () => head.channels,
    channelStates: () => [],
    links: acknowledgeLinks(startup, { store, manager }),
  };
}

function reportsOf(
  { programDir, dataDir, log, config }: StartupOptions,
  head: IncidentHead,
  { store, past }: Opened,
): Runtime["reports"] {
  const make = createReportMaker(
    {
      version: head.version,
      intervalSeconds: head.intervalSeconds,
      host: () => head.host,
      history: (request, signal) => past.history(request, signal),
      outlook: (at) => past.outlook(at),
      processAnalysis: (request, signal) => past.processAnalysis(request, signal),
      alerts: (query) => store.alerts.list(query),
      marks: (query) => store.marks.list(query),
      rules: () => head.rules.filter(({ enabled }) => enabled),
      paper: () => config.reports.paper,
    },
    programDir,
  );
  const library = new ReportLibrary({
    folder: join(dataDir, "reports"),
    records: store.reports,
    make,
    hostName: () => head.host.name,
    keepSeconds: () => 0,
    onError: (error, what) => log.error({ err: error }, what),
  });
  return {
    make,
    fileName: (period, extension) => reportFileName(head.host.name, period, extension),
    library,
    schedules: () => [],
    run: refuse,
  };
}
