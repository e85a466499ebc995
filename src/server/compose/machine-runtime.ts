/**
 * The runtime of another machine: what its pages show here is read from the engine that it writes to. What is only on the machine itself
 * (single processes, rules, settings) is told to be there.
 */
import { deriveFrame } from "~/domain/derive";
import { AppError } from "~/domain/errors";
import { hasValue } from "~/domain/history";
import type { HostFacts } from "~/domain/host";
import type { Machine } from "~/domain/machine";
import type { Sample } from "~/domain/sample";
import { everyAligned } from "../aligned-timer";
import { Bus } from "../bus";
import { HOST_NAMES, hostOf, programsOf, remoteCause, rowsOf, stepOf } from "../fleet/machine-parts";
import { literally, type PromClient, quoted } from "../fleet/promql";
import { type RemoteMachine, remoteHistory, remoteSamples } from "../fleet/remote-history";
import { MetricCatalogue } from "../metric-catalogue";
import { findRuntime, type Runtime } from "../runtime";
import type { StartupOptions } from "../startup-options";
import { ProcessTable } from "../store/processes/process-table";
import { historyOfActive } from "../store/series/active";
import { alertsOfMachine } from "./machine-alerts";

const USUAL_STEP_MS = 10_000;
/** How far back the newest samples are looked for. */
const NEWEST_MS = 10 * 60_000;
/** Nobody looks at it any more. */
const UNUSED_MS = 5 * 60_000;
const RENEW_HOST_MS = 60_000;
const MOST_MACHINES = 50;

interface OpenMachine {
  runtime: Runtime;
  close: () => void;
  usedAt: number;
}

/** Those that somebody looks at. */
export class MachineRuntimes {
  private readonly open = new Map<string, Promise<OpenMachine>>();
  private readonly stopTidying: () => void;

  constructor(
    private readonly startup: StartupOptions,
    private readonly client: PromClient,
    private readonly find: (name: string) => Promise<Machine | undefined>,
  ) {
    this.stopTidying = everyAligned(UNUSED_MS, () => void this.closeUnused());
  }

  async of(name: string): Promise<Runtime> {
    const known = this.open.get(name) ?? this.begin(name);
    const machine = await known;
    machine.usedAt = performance.now();
    return machine.runtime;
  }

  async stop(): Promise<void> {
    this.stopTidying();
    const all = await Promise.allSettled(this.open.values());
    for (const one of all) if (one.status === "fulfilled") one.value.close();
    this.open.clear();
  }

  private begin(name: string): Promise<OpenMachine> {
    if (this.open.size >= MOST_MACHINES)
      throw new AppError("unavailable", `${MOST_MACHINES} other machines are being viewed. Try again in a few minutes.`);
    const opening = openMachine(this.startup, this.client, () => this.find(name), name);
    this.open.set(name, opening);
    opening.catch(() => this.open.delete(name));
    return opening;
  }

  private async closeUnused(): Promise<void> {
    for (const [name, opening] of this.open) {
      const machine = await opening.catch(() => null);
      if (!machine || performance.now() - machine.usedAt < UNUSED_MS) continue;
      this.open.delete(name);
      machine.close();
    }
  }
}

interface View {
  machine: Machine;
  remote: RemoteMachine;
  host: HostFacts;
  /** Labels that the machine gives to every series. */
  external: ReadonlySet<string>;
  newest: Sample | undefined;
}

async function openMachine(
  startup: StartupOptions,
  client: PromClient,
  find: () => Promise<Machine | undefined>,
  name: string,
): Promise<OpenMachine> {
  const machine = await find();
  if (!machine)
    throw new AppError("not_found", `There is no machine ${name} in the fleet engine, or it has written nothing for a day.`);
  const ours = `instance=${quoted(name)},job="hostscope"`;
  const times = await client.samples(`node_time_seconds{${ours}}`, machine.lastAt, NEWEST_MS);
  const writtenMs = stepOf(times[0]?.points ?? []) ?? USUAL_STEP_MS;
  const bus = new Bus((error) => startup.log.error({ err: error }, "a listener for live data failed"));
  const catalogue = new MetricCatalogue();
  const processes = new ProcessTable();
  const readHost = async () =>
    hostOf(
      name,
      await client.instant(`last_over_time({__name__=~"${HOST_NAMES.map(literally).join("|")}",${ours}}[1d])`, Date.now()),
    );
  const view: View = {
    machine,
    remote: { name, writtenMs },
    host: await readHost(),
    external: new Set(Object.keys(times[0]?.labels ?? {})),
    newest: undefined,
  };

  const readNewest = async () => {
    const now = Date.now();
    const found = (await find()) ?? view.machine;
    view.machine = found;
    if (view.newest && found.lastAt <= view.newest.at) return;
    const span = {
      metrics: null,
      from: found.lastAt - 2.5 * writtenMs,
      to: Math.min(now, found.lastAt),
      stepMs: writtenMs,
      before: view.newest?.series,
    };
    const [last, before] = (await remoteSamples(client, view.remote, span)).reverse();
    if (!last) return;
    view.newest = last;
    const rows = rowsOf(programsOf(last));
    processes.clear();
    processes.apply({ at: last.at, staleMs: 0, changed: rows, exited: [] });
    for (const { metric } of last.series)
      if (!catalogue.definitionOf(metric))
        catalogue.defineCustom({ metric, unit: "", kind: metric.endsWith("_total") ? "counter" : "gauge" });
    bus.publish({
      type: "tick",
      sample: last,
      frame: deriveFrame(before, last, catalogue.definitionOf),
      top: () => processes.tops(),
    });
  };
  await readNewest();
  // The engine's own state tells when it is away.
  const stopReading = everyAligned(writtenMs, () => void readNewest().catch(() => {}));
  const stopHost = everyAligned(RENEW_HOST_MS, () => {
    readHost().then(
      (host) => (view.host = host),
      () => {},
    );
  });
  const runtime = runtimeOfMachine({ view, client, bus, catalogue, processes });
  const close = () => {
    stopReading();
    stopHost();
    bus.publish({ type: "closing" });
  };
  return { runtime, close, usedAt: performance.now() };
}

interface Opened {
  view: View;
  client: PromClient;
  bus: Bus;
  catalogue: MetricCatalogue;
  processes: ProcessTable;
}

/** What is only on the machine itself. */
function refusals(name: string) {
  const elsewhere = (what: string) =>
    new AppError("not_found", `${what} are available only on ${name} itself. Open Hostscope there.`);
  return {
    refuse: (): never => {
      throw new AppError("forbidden", `${name} is shown from the engine. Open Hostscope on ${name} to change anything there.`);
    },
    throwElsewhere: (what: string) => (): never => {
      throw elsewhere(what);
    },
    notHere: (what: string) => async (): Promise<never> => {
      throw elsewhere(what);
    },
  };
}

type SampleAt = (at: number, signal?: AbortSignal) => Promise<Sample | undefined>;

/** The sample at a moment, or the last one before it. */
function sampleReader({ view, client }: Opened): SampleAt {
  return async (at, signal) => {
    const stepMs = view.remote.writtenMs;
    const span = { metrics: null, from: at - 3 * stepMs, to: at, stepMs };
    return (await remoteSamples(client, view.remote, span, signal)).at(-1);
  };
}

function pastOf({ view, client, catalogue }: Opened, sampleAt: SampleAt): Runtime["past"] {
  const { notHere, throwElsewhere } = refusals(view.remote.name);
  const history: Runtime["past"]["history"] = (request, signal) =>
    remoteHistory(client, view.remote, { request, now: Date.now(), definitionOf: catalogue.definitionOf }, signal);
  return {
    history,
    historyToSend: history,
    async active(request, signal) {
      const { series } = await history(historyOfActive(request), signal);
      return [...new Set(series.filter(hasValue).map(({ metric }) => metric))].sort();
    },
    topConsumers: async () => ({ total: 0, consumers: [] }),
    async processesAt(at, signal) {
      const sample = await sampleAt(at, signal);
      return sample ? { at: sample.at, staleMs: 0, rows: rowsOf(programsOf(sample)) } : null;
    },
    dataText: throwElsewhere("Exports"),
    excerpt: throwElsewhere("Incident files"),
    processLife: notHere("Individual processes"),
    outlook: async () => [],
    usual: async () => [],
  };
}

/** Who used most of what a metric is about. */
function causeOf({ view }: Opened, past: Runtime["past"], sampleAt: SampleAt): Runtime["cause"] {
  return async ({ metric, at }, signal) => {
    const { memoryBytes, logicalCpus } = view.host;
    const span = { from: at - view.remote.writtenMs, to: at + 1, points: 1 };
    const busy = await past.history({ name: "system.cpu.utilization", labels: {}, ...span, aggregate: "avg" }, signal);
    const share = busy.series[0]?.values.at(-1) ?? null;
    const whole = { cpu: share === null ? null : share * logicalCpus, memory: memoryBytes };
    return remoteCause(metric, await sampleAt(at, signal), whole);
  };
}

function runtimeOfMachine(opened: Opened): Runtime {
  const here = findRuntime();
  if (!here) throw new Error("another machine was asked for before the server has started");
  const { view, bus, catalogue, processes } = opened;
  const { name } = view.remote;
  const { refuse, notHere } = refusals(name);
  const sampleAt = sampleReader(opened);
  const past = pastOf(opened, sampleAt);
  const { config } = here;
  const monitoring = { ...config.monitoring, interval: view.remote.writtenMs / 1000 };
  return {
    ...here,
    config: { ...config, monitoring, custom_metrics: {} },
    machine: { name, url: view.machine.url },
    demo: false,
    incident: null,
    now: () => Date.now(),
    bus,
    store: {
      processes,
      firstReading: () => null,
      since: () => null,
      processesSince: () => null,
      storage: (now) => here.store.storage(now),
    },
    past,
    host: () => view.host,
    users: () => [],
    notMeasured: () => [],
    containers: { list: () => [], nameOf: () => undefined, states: async () => ({ states: [], restarts: new Map() }) },
    failedUnits: () => [],
    openSockets: notHere("Connections"),
    defaultInterfaces: () => [],
    processDetails: notHere("Individual processes"),
    health: () => healthOf(view),
    alerts: alertsOfMachine({ ...view.remote, client: opened.client, external: view.external }, here, { refuse, notHere }),
    settings: { ...here.settings, list: () => [], text: () => null, entries: () => [], change: refuse, mistakes: () => [] },
    marks: { list: async () => [], remove: refuse, add: refuse },
    cause: causeOf(opened, past, sampleAt),
    explanation: notHere("Explanations"),
    metrics: () => catalogue.all(),
    definitionOf: catalogue.definitionOf,
    custom: { statuses: () => [], push: refuse },
    beginRequest: () => ({ collected: Promise.resolve(), end: () => {} }),
    monitoring: { state: () => ({ monitoring: "running", since: 0 }), set: refuse },
    reload: () => {},
    stop: async () => {},
  };
}

function healthOf({ machine, remote }: View): ReturnType<Runtime["health"]> {
  const detail = `read from the engine, every ${remote.writtenMs / 1000} s`;
  return {
    status: "ok",
    version: machine.version ?? "",
    uptimeSeconds: 0,
    checks: [{ name: "sampling", status: "ok", detail }],
  };
}
