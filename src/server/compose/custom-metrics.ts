/** Sets up the custom metrics of the configuration: sources, schedules and metric definitions. */
import type { Reading } from "~/domain/sample";
import { commandSource } from "../collectors/custom/command";
import { CustomError, type CustomReading, type CustomSource } from "../collectors/custom/custom";
import { type CustomMetric, CustomRunner, type CustomStatus } from "../collectors/custom/runner";
import { type CustomFunction, functionSource, httpSource, textfileSource } from "../collectors/custom/sources";
import { type CustomMetricConfig, customSchema } from "../config/custom-metrics-schema";
import type { Config } from "../config/schema";
import type { MetricCatalogue } from "../metric-catalogue";
import type { Plugins } from "../plugins";
import type { StartupOptions } from "../startup-options";
import type { Store } from "../store/store";

function sourceOf(config: CustomMetricConfig, functions: ReadonlyMap<string, CustomFunction>): CustomSource {
  if (config.function !== undefined) return functionSource(config.function, functions);
  if (config.http !== undefined) {
    return httpSource(typeof config.http === "string" ? { url: config.http, pointer: "", metrics: [] } : config.http);
  }
  if (config.textfile !== undefined) return textfileSource(config.textfile);
  const command = Array.isArray(config.command)
    ? { argv: config.command, output: "number" as const, pointer: "" }
    : config.command;
  const [program, ...args] = command?.argv ?? [];
  if (!command || program === undefined) throw new CustomError("there is no source");
  return commandSource({ ...command, argv: [program, ...args] });
}

/** Metrics that are named by what sources give. */
const MOST_NAMES = 500;

export interface CustomMetricsService {
  tick(now: number): void;
  readings(now: number): Reading[];
  statuses(): CustomStatus[];
  /** True if no custom metric is configured and none was pushed lately. */
  isUnused(now: number): boolean;
  push(taken: readonly { reading: Reading; unit: string; at: number }[]): void;
  configure(metrics: Config["custom_metrics"]): void;
}

/** Functions that plugins have registered and no configuration names: metrics by the name that they were registered under. */
function unnamed(named: Config["custom_metrics"], registered: Plugins["registered"]): Config["custom_metrics"] {
  const used = new Set(Object.values(named).flatMap((one) => one.function ?? []));
  const left = [...registered].filter(([name, read]) => !used.has(name) && !used.has(read.name) && !(name in named));
  return Object.fromEntries(left.map(([name]) => [name, customSchema.parse({ function: name })]));
}

export function composeCustom(
  { config, log }: StartupOptions,
  { store, catalogue }: { store: Store; catalogue: MetricCatalogue },
  { functions, registered }: Pick<Plugins, "functions" | "registered">,
): CustomMetricsService {
  /** Names of the configuration. */
  let configured = new Set<string>();
  /** Names that sources gave since the start. */
  const found = new Set<string>();
  /** Stores a source's readings in the readable table, and defines metrics whose names only the source knows. */
  const recorded = (metric: Omit<CustomMetric, "source">, source: CustomSource): CustomSource => {
    return async (signal) => {
      const readings: readonly CustomReading[] = await source(signal);
      const taken = readings.find(({ metric: name }) => name !== undefined && name !== metric.name && configured.has(name));
      if (taken) throw new CustomError(`${taken.metric} is already defined in custom_metrics; use another name`);
      const names = new Set(readings.flatMap(({ metric: name }) => (name === undefined || found.has(name) ? [] : [name])));
      if (found.size + names.size > MOST_NAMES) {
        throw new CustomError(`more than ${MOST_NAMES} metric names from all sources; use labels to distinguish readings`);
      }
      for (const name of names) found.add(name);
      for (const { metric: name } of readings) if (name !== undefined) catalogue.defineCustom({ ...metric, metric: name });
      const rows = readings.map(({ metric: name, value, labels }) => ({
        name: name ?? metric.name,
        value,
        kind: metric.kind,
        tags: { ...metric.labels, ...labels },
      }));
      store.addCustom(rows, Date.now());
      return readings;
    };
  };
  const metricsOf = (named: Config["custom_metrics"]) => {
    const metrics = { ...unnamed(named, registered), ...named };
    configured = new Set(Object.keys(metrics));
    return Object.entries(metrics).map(([name, one]): CustomMetric => {
      catalogue.defineCustom({ metric: name, unit: one.unit, kind: one.type });
      const metric = {
        name,
        intervalSeconds: one.interval,
        timeoutSeconds: one.timeout,
        unit: one.unit,
        kind: one.type,
        labels: one.tags,
      };
      return { ...metric, source: recorded(metric, sourceOf(one, functions)) };
    });
  };
  const runner = new CustomRunner(metricsOf(config.custom_metrics), ({ name, error }) => {
    if (error === null) log.info(`custom metric ${name} works again`);
    else log.warn(`custom metric ${name} failed: ${error}`);
  });
  return {
    tick: (now) => runner.tick(now),
    readings: (now) => runner.readings(now),
    statuses: () => runner.statuses(),
    isUnused: (now) => runner.statuses().length === 0 && runner.readings(now).length === 0,
    configure: (metrics) => runner.setMetrics(metricsOf(metrics)),
    push(taken) {
      runner.push(taken, Date.now());
      for (const { reading, unit, at } of taken) {
        const { metric, value, labels = {} } = reading;
        catalogue.defineCustom({ metric, unit, kind: "gauge" });
        store.addCustom([{ name: metric, value, kind: "gauge", tags: labels }], at);
      }
    },
  };
}
