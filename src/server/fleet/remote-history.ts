/**
 * The history of another machine, read from the engine that it writes to. The samples are turned back into ours, so that everything that is
 * derived from samples here is derived from them too, by the same code: rates, shares, totals, gaps.
 */
import { type ChartSeries, inputsOf } from "~/domain/derive";
import { AppError } from "~/domain/errors";
import { type History, inSystemBundle, SYSTEM_BUNDLE } from "~/domain/history";
import { builtInDefinition, type DefinitionOf } from "~/domain/metric";
import { type Labels, type Sample, type Series, sameLabels, seriesKey } from "~/domain/sample";
import { bucketsFor } from "~/domain/time-range";
import { fromPrometheus, prometheusNamesOf } from "../prometheus/names";
import type { HistoryRequest } from "../store/series/history";
import { INTERVAL_METRIC } from "../store/series/raw-samples";
import { Downsampler } from "../store/series/reduce";
import { literally, type PromClient, type PromSeries, quoted } from "./promql";

/** Samples of each series that are read for one answer, fewer when it has many metrics. Of a longer range, every second, fifth, ... one. */
const [MOST_SAMPLES, FEWEST_SAMPLES] = [1440, 60];
/** So many metrics may have the most samples. */
const FEW_METRICS = 20;
/** Series of one answer. */
const MOST_SERIES = 5000;
/** A missing sample is one that did not come within so many steps: there is no rate over it. */
const GAP_STEPS = 1.5;

const INTERVAL: Series = { metric: INTERVAL_METRIC, labels: {} };

/** Every series of a machine, or those of some metrics. */
export function selectorOf(machine: string, metrics: readonly string[] | null): string {
  const names = metrics === null ? null : [...new Set(metrics.flatMap(namesOf))];
  const byName = names === null ? '__name__=~".+"' : `__name__=~"${names.map(literally).join("|")}"`;
  return `{${byName},instance=${quoted(machine)},job="hostscope"}`;
}

/** A custom metric has the name by which the engine knows it. */
function namesOf(metric: string): string[] {
  return builtInDefinition(metric) ? prometheusNamesOf(metric) : [`hostscope_custom_${metric}`];
}

/** Whoever has understood a layout need not do it again: the same series are the same list. */
function sameOrNew(layout: readonly Series[], before: readonly Series[] | undefined): readonly Series[] {
  const isSame =
    before?.length === layout.length &&
    layout.every(({ metric, labels }, index) => {
      const other = before[index] as Series;
      return metric === other.metric && sameLabels(labels, other.labels);
    });
  return isSame ? before : layout;
}

/** Samples in the order of their times, with the list `before` as their layout where it has the same series. `stepMs` is the time between two of them; where one is missing there is no rate. */
export function samplesOf(found: readonly PromSeries[], stepMs: number, before?: readonly Series[]): Sample[] {
  const layout: Series[] = [];
  const scales: number[] = [];
  const slots = new Map<string, number>();
  const rows = new Map<number, Map<number, number>>();
  // Engines answer in any order.
  const inOrder = found
    .map((one) => ({ one, key: JSON.stringify(Object.entries(one.labels).sort()) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ one }) => one);
  for (const { labels, points } of inOrder) {
    const { __name__: name = "", instance: _instance, job: _job, ...own } = labels;
    const ours = fromPrometheus(name, own as Labels);
    if (!ours || ours.metric === INTERVAL_METRIC) continue;
    const key = seriesKey(ours);
    const slot = slots.get(key) ?? layout.length;
    if (slot === layout.length) {
      if (layout.length >= MOST_SERIES) throw new AppError("too_large", "The machine has too many series. Choose one metric.");
      slots.set(key, slot);
      layout.push({ metric: ours.metric, labels: ours.labels });
      scales.push(ours.scale);
    }
    for (const { at, value } of points) {
      const row = rows.get(at) ?? new Map<number, number>();
      rows.set(at, row);
      row.set(slot, value * (scales[slot] as number));
    }
  }
  const series = sameOrNew([...layout, INTERVAL], before);
  let last = Number.NaN;
  return [...rows]
    .sort(([a], [b]) => a - b)
    .map(([at, row]) => {
      const values = new Float64Array(series.length).fill(Number.NaN);
      for (const [slot, value] of row) values[slot] = value;
      const elapsed = at - last;
      last = at;
      if (elapsed <= stepMs * GAP_STEPS) values[layout.length] = elapsed / 1000;
      return { at, series, values };
    });
}

/** The time between two samples that are read, in milliseconds: that of the written ones, or a multiple of it. */
export function readStep(spanMs: number, writtenMs: number, metrics = 1): number {
  const most = Math.min(MOST_SAMPLES, Math.max(FEWEST_SAMPLES, (MOST_SAMPLES * FEW_METRICS) / metrics));
  return Math.max(1, Math.ceil(spanMs / writtenMs / most)) * writtenMs;
}

export interface RemoteMachine {
  name: string;
  /** Time between two of its samples in the engine. */
  writtenMs: number;
}

export interface SampleRange {
  /** Null for all. */
  metrics: readonly string[] | null;
  from: number;
  to: number;
  stepMs: number;
  /** A layout that the samples may have. */
  before?: readonly Series[] | undefined;
}

/** Samples in [from, to). */
export async function remoteSamples(
  client: PromClient,
  { name, writtenMs }: RemoteMachine,
  { metrics, from, to, stepMs, before }: SampleRange,
  signal?: AbortSignal,
): Promise<Sample[]> {
  const selector = selectorOf(name, metrics);
  if (stepMs === writtenMs) return samplesOf(await client.samples(selector, to, to - from, signal), stepMs, before);
  const query = `last_over_time(${selector}[${stepMs / 1000}s])`;
  const start = Math.ceil(from / stepMs) * stepMs;
  return samplesOf(await client.range(query, { from: start, to, stepMs }, signal), stepMs, before);
}

const SYSTEM_METRICS = [...new Set(SYSTEM_BUNDLE.map(({ metric }) => metric))];

/** As the local store answers; `resolutionSeconds` is the time between the samples that it was made of. */
export async function remoteHistory(
  client: PromClient,
  machine: RemoteMachine,
  { request, now, definitionOf }: { request: HistoryRequest; now: number; definitionOf: DefinitionOf },
  signal?: AbortSignal,
): Promise<History> {
  const metrics = request.metrics ?? (request.name === "system" ? SYSTEM_METRICS : [request.name]);
  const stepMs = readStep(request.to - request.from, machine.writtenMs, metrics.length);
  const { points, stepSeconds = 0 } = request;
  const buckets = bucketsFor(request, { points, intervalMs: stepMs, stepSeconds });
  const end = buckets.start + buckets.count * buckets.stepMs;
  const inputs = [...new Set(metrics.flatMap(inputsOf))];
  const isOne = (one: ChartSeries) => metrics.includes(one.metric) && (!request.labels || sameLabels(one.labels, request.labels));
  const wanted = request.name === "system" ? inSystemBundle : isOne;
  const reducer = new Downsampler(buckets, wanted, definitionOf);
  const span = { metrics: inputs, from: buckets.start - 2 * stepMs, to: Math.min(end, now), stepMs };
  for (const sample of span.from < span.to ? await remoteSamples(client, machine, span, signal) : []) {
    if (sample.at >= buckets.start) reducer.add(sample);
    else reducer.prime(sample);
  }
  const all = [...reducer.points]
    .filter(([, one]) => one.hasReadings)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one);
  const chosen = all.slice(0, request.limit ?? all.length);
  return {
    name: request.name,
    from: buckets.start,
    to: end,
    stepSeconds: buckets.stepMs / 1000,
    resolutionSeconds: stepMs / 1000,
    timestamps: Array.from({ length: buckets.count }, (_, index) => buckets.start + index * buckets.stepMs),
    series: chosen.map((one) => one.toSeries(request.aggregate)),
    omitted: all.length - chosen.length,
  };
}
