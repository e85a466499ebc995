/**
 * Bodies of Prometheus' remote write 1.0: a WriteRequest as protobuf, packed by snappy. Pure. The messages are
 *
 *     WriteRequest { repeated TimeSeries timeseries = 1; }
 *     TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; }
 *     Label { string name = 1; string value = 2; }
 *     Sample { double value = 1; int64 timestamp = 2; }
 *
 * What was written once is written in the same bytes again: series are in the order of their names and labels, whatever layout their sample
 * has.
 */
import protobuf from "protobufjs/minimal.js";
import { compress, uncompress } from "snappyjs";
import type { DefinitionOf } from "~/domain/metric";
import type { Labels, Series } from "~/domain/sample";
import { exposedSeries, exposedValue } from "../prometheus/exposition";

const { Reader, Writer } = protobuf;

/** Tags: the number of the field, and how it is written. */
const LENGTH_DELIMITED = 2;
const tag = (field: number, wire: number) => (field << 3) | wire;
const [SERIES, LABEL, SAMPLE] = [tag(1, LENGTH_DELIMITED), tag(1, LENGTH_DELIMITED), tag(2, LENGTH_DELIMITED)];
const [NAME, TEXT] = [tag(1, LENGTH_DELIMITED), tag(2, LENGTH_DELIMITED)];
const [VALUE, TIME] = [tag(1, 1), tag(2, 0)];

/** The samples of one series. */
export interface EncodedSeries {
  /** Its labels, as they are in the message. */
  head: Uint8Array;
  samples: { at: number; value: number }[];
}

interface PlannedSeries {
  /** Its labels as text: the order of series. */
  key: string;
  head: Uint8Array;
  slots: readonly number[];
  scale: number;
  /** Its value is the time of the sample, in seconds. */
  isClock?: true;
}

/** How the samples of one layout are written: its series in the order of their keys. */
export type WritePlan = readonly PlannedSeries[];

export interface PlanOptions {
  definitionOf: DefinitionOf;
  /** Labels that every series gets, unless it has one of that name. */
  externalLabels: Labels;
  /** Whether series of that name are written. */
  wants: (name: string) => boolean;
  /** What does not change from sample to sample, such as `hostscope_build_info`. */
  facts: readonly WrittenFact[];
}

/** A series that has the same value in every sample. */
export interface WrittenFact {
  name: string;
  labels: Labels;
  value: number;
}

/** Which names `metrics` of the configuration wants. */
export function nameFilter(patterns: readonly string[], matches: (pattern: string, name: string) => boolean) {
  const wanted = patterns.filter((pattern) => !pattern.startsWith("!"));
  const unwanted = patterns.flatMap((pattern) => (pattern.startsWith("!") ? [pattern.slice(1)] : []));
  return (name: string) =>
    (wanted.length === 0 || wanted.some((pattern) => matches(pattern, name))) &&
    !unwanted.some((pattern) => matches(pattern, name));
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function encodeLabels(pairs: readonly (readonly [string, string])[]): Uint8Array {
  const writer = Writer.create();
  for (const [name, value] of pairs) writer.uint32(LABEL).fork().uint32(NAME).string(name).uint32(TEXT).string(value).ldelim();
  return writer.finish();
}

function planned(
  { name, labels, slots, scale }: { name: string; labels: Labels; slots: readonly number[]; scale: number },
  { externalLabels, wants }: PlanOptions,
): PlannedSeries[] {
  if (!wants(name)) return [];
  const all = Object.entries({ ...externalLabels, ...labels }).filter(([, value]) => value !== "");
  const pairs = [["__name__", name], ...all]
    .map(([key = "", value = ""]) => [key, value.toWellFormed()] as const)
    .sort(([a], [b]) => byText(a, b));
  return [{ key: JSON.stringify([name, ...pairs]), head: encodeLabels(pairs), slots, scale }];
}

/** Names and labels as at /metrics. Made once for each layout. */
export function planWriting(layout: readonly Series[], options: PlanOptions): WritePlan {
  const facts = options.facts.map(({ name, labels, value }) => ({ name, labels, slots: [], scale: value }));
  const exposed = [...exposedSeries(layout, options.definitionOf), ...facts].flatMap((one) => planned(one, options));
  const clock = planned({ name: "node_time_seconds", labels: {}, slots: [], scale: 1 }, options);
  return [...exposed, ...clock.map((one) => ({ ...one, isClock: true as const }))].sort((a, b) => byText(a.key, b.key));
}

export interface WrittenStep {
  at: number;
  plan: WritePlan;
  values: Float64Array;
}

/** NaN without a reading. */
function readingOf(one: PlannedSeries, at: number, values: Float64Array): number {
  return one.isClock ? at / 1000 : exposedValue(one, values);
}

/** The series of some steps, oldest first; those without a reading are left out. */
export function seriesOfSteps(steps: readonly WrittenStep[]): EncodedSeries[] {
  const [only] = steps;
  // What is live is one step, and in order already.
  if (only && steps.length === 1)
    return only.plan.flatMap((one) => {
      const value = readingOf(one, only.at, only.values);
      return Number.isNaN(value) ? [] : [{ head: one.head, samples: [{ at: only.at, value }] }];
    });
  const found = new Map<string, EncodedSeries>();
  for (const { at, plan, values } of steps) {
    for (const one of plan) {
      const value = readingOf(one, at, values);
      if (Number.isNaN(value)) continue;
      const known = found.get(one.key);
      if (known) known.samples.push({ at, value });
      else found.set(one.key, { head: one.head, samples: [{ at, value }] });
    }
  }
  return [...found].sort(([a], [b]) => byText(a, b)).map(([, one]) => one);
}

export function encodeRequest(series: readonly EncodedSeries[]): Uint8Array {
  const writer = Writer.create();
  for (const { head, samples } of series) {
    writer.uint32(SERIES).fork().raw(head);
    for (const { at, value } of samples) writer.uint32(SAMPLE).fork().uint32(VALUE).double(value).uint32(TIME).int64(at).ldelim();
    writer.ldelim();
  }
  return compress(writer.finish());
}

/** What `encodeRequest` was made of, to send parts of it. */
export function decodeRequest(body: Uint8Array): EncodedSeries[] {
  const reader = Reader.create(uncompress(body));
  const series: EncodedSeries[] = [];
  while (reader.pos < reader.len) {
    reader.uint32();
    series.push(decodeSeries(reader.bytes()));
  }
  return series;
}

function decodeSeries(bytes: Uint8Array): EncodedSeries {
  const reader = Reader.create(bytes);
  const samples: EncodedSeries["samples"] = [];
  let end = 0;
  while (reader.pos < reader.len) {
    const field = reader.uint32();
    if (field === LABEL) {
      reader.bytes();
      end = reader.pos;
    } else samples.push(decodeSample(reader.bytes()));
  }
  return { head: bytes.slice(0, end), samples };
}

function decodeSample(bytes: Uint8Array): EncodedSeries["samples"][number] {
  const reader = Reader.create(bytes);
  const sample = { at: 0, value: 0 };
  while (reader.pos < reader.len) {
    if (reader.uint32() === VALUE) sample.value = reader.double();
    else sample.at = Number(reader.int64());
  }
  return sample;
}

/** The labels of a series, for people. */
export function decodeLabels(head: Uint8Array): Labels {
  const reader = Reader.create(head);
  const labels: Record<string, string> = {};
  while (reader.pos < reader.len) {
    reader.uint32();
    const pair = Reader.create(reader.bytes());
    const [name, value] = [
      pair.uint32() === NAME ? pair.string() : "",
      pair.pos < pair.len && pair.uint32() ? pair.string() : "",
    ];
    labels[name] = value;
  }
  return labels;
}
