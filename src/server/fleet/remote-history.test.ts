import { expect, test } from "vitest";
import { deriveFrame } from "~/domain/derive";
import { builtInDefinition } from "~/domain/metric";
import type { Labels, Sample, Series } from "~/domain/sample";
import { Batcher } from "../remote-write/batches";
import { decodeLabels, decodeRequest } from "../remote-write/encode";
import type { PromClient, PromSeries } from "./promql";
import { readStep, remoteHistory, samplesOf, selectorOf } from "./remote-history";

const T = 1_795_968_000_000;
const STEP = 10_000;
const LAYOUT: Series[] = [
  ...["user", "system", "idle"].map(
    (mode): Series => ({ metric: "system.cpu.time", labels: { "cpu.mode": mode, "cpu.logical_number": "0" } }),
  ),
  { metric: "system.memory.limit", labels: {} },
  { metric: "system.memory.linux.available", labels: {} },
  { metric: "system.network.io", labels: { "network.interface.name": "eth0", "network.io.direction": "receive" } },
  { metric: "system.network.in_total", labels: { "network.interface.name": "eth0" } },
  { metric: "hostscope.sample.interval", labels: {} },
];

/** Samples each second; the CPU is busy for `busy` of the time. */
function machine(seconds: number, { gap = [] as readonly number[] } = {}): Sample[] {
  const samples: Sample[] = [];
  for (let second = 0; second < seconds; second++) {
    if (gap.includes(second)) continue;
    const values = [second * 0.2, second * 0.1, second * 0.7, 8e9, 2e9, second * 1000, 1, 1];
    samples.push({ at: T + second * 1000, series: LAYOUT, values: Float64Array.from(values) });
  }
  return samples;
}

/** An engine that has what was written, and answers with it. */
function engineOf(samples: readonly Sample[]): PromClient & { asked: string[] } {
  const batcher = new Batcher(
    { stepMs: STEP, externalLabels: { instance: "web-1", job: "hostscope", env: "live" }, metrics: ["*"], facts: [] },
    builtInDefinition,
  );
  const batches = [...samples.map((one) => batcher.add(one)), batcher.finish(samples.at(-1)?.at ?? 0)];
  const all: PromSeries[] = batches.flatMap((batch) =>
    batch ? decodeRequest(batch.body).map(({ head, samples: points }) => ({ labels: decodeLabels(head) as Labels, points })) : [],
  );
  const asked: string[] = [];
  const named = (query: string) => {
    const names = new RegExp(`^(?:${/__name__=~"([^"]*)"/.exec(query)?.[1]?.replaceAll("\\\\", "\\")})$`);
    return all.filter(({ labels }) => names.test(labels.__name__ ?? ""));
  };
  const within = (series: readonly PromSeries[], from: number, to: number) =>
    series.map(({ labels, points }) => ({ labels, points: points.filter(({ at }) => at > from && at <= to) }));
  return {
    asked,
    instant: async () => [],
    samples: async (selector, at, windowMs) => {
      asked.push(selector);
      return within(named(selector), at - windowMs, at);
    },
    range: async (query, { from, to, stepMs }) => {
      asked.push(query);
      return named(query).map(({ labels, points }) => {
        const found: PromSeries["points"] = [];
        for (let at = from; at <= to; at += stepMs) {
          const last = points.findLast((point) => point.at > at - stepMs && point.at <= at);
          if (last) found.push({ at, value: last.value });
        }
        return { labels, points: found };
      });
    },
  };
}

const REMOTE = { name: "web-1", writtenMs: STEP };
const ask = (samples: readonly Sample[], name: string, range: { from: number; to: number; points: number }) =>
  remoteHistory(engineOf(samples), REMOTE, {
    request: { name, ...range, aggregate: "avg" },
    now: range.to,
    definitionOf: builtInDefinition,
  });

test("what is derived here is derived of the engine's samples by the same formulae", async () => {
  const { series, resolutionSeconds, stepSeconds } = await ask(machine(121), "system.cpu.utilization", {
    from: T + 20_000,
    to: T + 120_000,
    points: 10,
  });
  expect([resolutionSeconds, stepSeconds]).toEqual([10, 10]);
  const total = series.find(({ labels }) => Object.keys(labels).length === 0);
  expect(total?.values.map((value) => value?.toFixed(6))).toEqual(Array(10).fill("0.300000"));
  const memory = await ask(machine(121), "system.memory.utilization", { from: T + 20_000, to: T + 120_000, points: 10 });
  expect(memory.series[0]?.values.every((value) => value === 0.75)).toBe(true);
});

test("a gap in the engine is a gap, and the first value after it has no rate", async () => {
  const gap = Array.from({ length: 30 }, (_, index) => 41 + index);
  const { series, timestamps } = await ask(machine(121, { gap }), "system.network.io", {
    from: T + 10_000,
    to: T + 120_000,
    points: 12,
  });
  const eth = series.find(({ labels }) => labels["network.interface.name"] === "eth0");
  const known = new Map(timestamps.map((at, index) => [(at - T) / 1000, eth?.values[index] ?? null]));
  expect(known.get(40)).toBe(1000);
  for (const second of [50, 60, 70, 80]) expect(known.get(second), String(second)).toBeNull();
  expect(known.get(90)).toBe(1000);
});

test("of a long range fewer samples are read; rates are those of the whole steps", async () => {
  const samples = machine(6 * 3600 + 1);
  const engine = engineOf(samples);
  const request = { name: "system.network.io", from: T, to: T + 6 * 3_600_000, points: 100, aggregate: "avg" as const };
  const { resolutionSeconds, series } = await remoteHistory(engine, REMOTE, {
    request,
    now: request.to,
    definitionOf: builtInDefinition,
  });
  expect(resolutionSeconds).toBe(20);
  expect(engine.asked[0]).toMatch(/^last_over_time\(\{/);
  expect(series[0]?.values.filter((value) => value !== null).every((value) => value === 1000)).toBe(true);
});

test.each([
  [3_600_000, 10_000, 10_000],
  [4 * 3_600_000, 10_000, 10_000],
  [86_400_000, 10_000, 60_000],
  [86_400_000, 15_000, 60_000],
])("of %i ms with a sample each %i ms, one each %i ms is read", (span, written, step) => {
  expect(readStep(span, written)).toBe(step);
});

test("the name of a machine cannot leave its quotes", () => {
  expect(selectorOf('a"} or {x="', ["system.cpu.load_average.1m"])).toBe(
    '{__name__=~"node_load1",instance="a\\"} or {x=\\"",job="hostscope"}',
  );
});

test("a frame of two samples of the engine is a frame as any", () => {
  const series = engineOf(machine(41)).samples('{__name__=~".+"}', T + 40_000, 30_000);
  return series.then((found) => {
    const [before, last] = samplesOf(found, STEP).slice(-2);
    const frame = last && deriveFrame(before, last, builtInDefinition);
    const index =
      frame?.series.findIndex(({ metric, labels }) => metric === "system.cpu.utilization" && Object.keys(labels).length === 0) ??
      -1;
    expect(frame?.values[index]).toBeCloseTo(0.3);
  });
});
