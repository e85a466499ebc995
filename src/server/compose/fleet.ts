/** All machines that write to one engine. Nothing of them is kept here: what is shown is what the engine answers now. */
import type { Severity } from "~/domain/alert";
import { SEVERITIES } from "~/domain/alert";
import { AppError } from "~/domain/errors";
import { builtInDefinition, chartUnitOf } from "~/domain/metric";
import { titleOfMetric } from "~/domain/metric-titles";
import type { Labels, Reading } from "~/domain/sample";
import { bucketsFor } from "~/domain/time-range";
import { everyAligned } from "../aligned-timer";
import type { FleetConfig } from "../config/remote-schema";
import { openEngine } from "../engine/connection";
import { comparableMetrics, comparisonOf, comparisonQuery } from "../fleet/compare";
import { askMachines, machinesOf, QUERIES } from "../fleet/machines";
import { promClient } from "../fleet/promql";
import { SilenceWatch } from "../fleet/silence-watch";
import { fromPrometheus } from "../prometheus/names";
import type { Fleet, MachineAlert } from "../runtime";
import type { StartupOptions } from "../startup-options";
import { MachineRuntimes } from "./machine-runtime";

export interface FleetService extends Fleet {
  /** Why the engine could not be read last; null when it could. */
  error(): string | null;
  /** How long machines have been silent. */
  readings(now: number): Reading[];
  stop(): Promise<void>;
}

const SHARED_FOR_MS = 5000;
const WATCH_EVERY_MS = 10_000;
const MOST_NAME = 200;

export function composeFleet(startup: StartupOptions, config: FleetConfig): FleetService {
  const { log } = startup;
  const engine = openEngine(config.query_url, config);
  let error: string | null = null;
  const client = promClient(engine, (why) => {
    if (why !== null && why !== error) log.warn(`cannot query the fleet engine: ${why}`);
    error = why;
  });
  const options = { silentAfterSeconds: config.silent_after, labels: config.labels };
  const watch = new SilenceWatch(options);
  const stopped = new AbortController();
  const look = async () => {
    const now = Date.now();
    watch.see(await client.instant(QUERIES.seen, now, stopped.signal), now);
  };
  const stopWatching = everyAligned(WATCH_EVERY_MS, () => {
    // Already told; the machines are as silent as they were.
    look().catch(() => {});
  });
  look().catch(() => {});

  const shared = sharedAnswer(SHARED_FOR_MS, async () => {
    const now = Date.now();
    return { at: now, machines: machinesOf(await askMachines(client, now), { now, ...options }) };
  });
  const runtimes = new MachineRuntimes(startup, client, (name) =>
    shared().then(({ machines }) => machines.find((one) => one.name === name)),
  );

  return {
    labels: config.labels,
    machines: () => shared(),
    async alerts(signal) {
      const now = Date.now();
      const [found, { machines }] = await Promise.all([
        client.instant('last_over_time(ALERTS{job="hostscope",alertstate="firing"}[1m])', now, signal),
        shared(),
      ]);
      const urls = new Map(machines.map(({ name, url }) => [name, url]));
      const alerts = found.map(({ labels }) => alertOf(labels, urls));
      return { at: now, alerts: alerts.sort((a, b) => rank(a) - rank(b) || (a.machine < b.machine ? -1 : 1)) };
    },
    comparable: comparableMetrics,
    async compare({ metric, from, to, points }, signal) {
      const { stepMs } = bucketsFor({ from, to }, { points, intervalMs: 10_000 });
      const query = comparisonQuery(metric, stepMs);
      if (query === undefined) throw new AppError("not_found", `Machines cannot be compared by ${metric}.`);
      const end = Math.floor(Math.min(to, Date.now()) / stepMs) * stepMs;
      const span = { from: Math.ceil(from / stepMs) * stepMs, to: end, stepMs };
      const found = span.from <= span.to ? await client.range(query, span, signal) : [];
      const unit = chartUnitOf(metric, builtInDefinition);
      return { metric, title: titleOfMetric(metric).title, unit, ...comparisonOf(found, span) };
    },
    machine(name) {
      if (name.length > MOST_NAME) throw new AppError("bad_request", "The name of the machine is too long.");
      return runtimes.of(name);
    },
    error: () => error,
    readings: (now) => watch.readings(now),
    async stop() {
      stopWatching();
      stopped.abort();
      await runtimes.stop();
      await engine.close();
    },
  };
}

const rank = ({ severity }: MachineAlert) => -SEVERITIES.indexOf(severity);

function alertOf(labels: Labels, urls: ReadonlyMap<string, string | null>): MachineAlert {
  const { __name__: _name, instance: machine = "", job: _job, alertname = "", alertstate: _state, severity, ...others } = labels;
  const url = urls.get(machine) ?? null;
  return {
    machine,
    rule: alertname,
    severity: severity as Severity,
    labels: fromPrometheus("ALERTS", others)?.labels ?? {},
    url: url === null ? null : `${url.replace(/\/+$/, "")}/alerts`,
  };
}

/** One answer for all who ask while it is made, and for some seconds after. */
function sharedAnswer<Answer>(forMs: number, make: () => Promise<Answer>): () => Promise<Answer> {
  let last: { since: number; answer: Promise<Answer> } | undefined;
  return () => {
    if (last && performance.now() - last.since < forMs) return last.answer;
    const asked = { since: performance.now(), answer: make() };
    last = asked;
    asked.answer.then(
      () => (asked.since = performance.now()),
      () => {
        if (last === asked) last = undefined;
      },
    );
    return asked.answer;
  };
}
