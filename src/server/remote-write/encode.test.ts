import { expect, test } from "vitest";
import { globMatches } from "~/domain/match";
import { builtInDefinition } from "~/domain/metric";
import type { Labels, Sample, Series } from "~/domain/sample";
import { Batcher, endOfStep, type WriteFormat } from "./batches";
import { decodeLabels, decodeRequest, encodeRequest, nameFilter } from "./encode";

const FORMAT: WriteFormat = {
  stepMs: 10_000,
  externalLabels: { instance: "web-1", job: "hostscope" },
  metrics: ["*"],
  facts: [{ name: "hostscope_build_info", labels: { version: "0.2.0", url: "" }, value: 1 }],
};
const LAYOUT: Series[] = [
  { metric: "system.cpu.load_average.1m", labels: {} },
  { metric: "system.disk.pending_operations", labels: { "system.device": "sda" } },
];

function sample(at: number, values: number[], series: readonly Series[] = LAYOUT): Sample {
  return { at, series, values: Float64Array.from(values) };
}

function written(samples: readonly Sample[], until: number, format: Partial<WriteFormat> = {}) {
  const batcher = new Batcher({ ...FORMAT, ...format }, builtInDefinition);
  const batches = [...samples.map((one) => batcher.add(one)), batcher.finish(until)].filter((one) => one !== undefined);
  return batches.map(({ body, ...batch }) => ({
    ...batch,
    body,
    series: decodeRequest(body).map(({ head, samples: points }) => ({ labels: decodeLabels(head), points })),
  }));
}

const named = (series: { labels: Labels; points: object[] }[], name: string) =>
  series.find(({ labels }) => labels.__name__ === name);

test("of each step the newest sample is written, with its own time and the names of /metrics", () => {
  const samples = [11, 12, 19, 20, 21, 28].map((second) => sample(second * 1000, [second, 2]));
  const [batch] = written(samples, 30_000);
  expect(batch?.until).toBe(30_000);
  expect(named(batch?.series ?? [], "node_load1")?.points).toEqual([
    { at: 20_000, value: 20 },
    { at: 28_000, value: 28 },
  ]);
  expect(named(batch?.series ?? [], "node_disk_io_now")?.labels).toEqual({
    __name__: "node_disk_io_now",
    device: "sda",
    instance: "web-1",
    job: "hostscope",
  });
  expect(named(batch?.series ?? [], "node_time_seconds")?.points).toEqual([
    { at: 20_000, value: 20 },
    { at: 28_000, value: 28 },
  ]);
  // A label without a value is none.
  expect(named(batch?.series ?? [], "hostscope_build_info")?.labels).not.toHaveProperty("url");
  expect(batch?.samples).toBe(8);
});

test("a missing reading is not written, and a gap is none", () => {
  const [batch] = written([sample(10_000, [1, Number.NaN]), sample(40_000, [2, 3])], 40_000);
  expect(named(batch?.series ?? [], "node_disk_io_now")?.points).toEqual([{ at: 40_000, value: 3 }]);
  expect(named(batch?.series ?? [], "node_load1")?.points).toHaveLength(2);
});

test("the bytes do not depend on the order of the layout", () => {
  const turned = [...LAYOUT].reverse();
  const [one] = written([sample(10_000, [1, 2]), sample(20_000, [3, 4])], 20_000);
  const [other] = written([sample(10_000, [2, 1], turned), sample(20_000, [3, 4])], 20_000);
  expect(Buffer.from(other?.body ?? []).equals(Buffer.from(one?.body ?? []))).toBe(true);
});

test("many samples are several batches, and one that begins where another ended ends where the next did", () => {
  const layout = Array.from({ length: 3000 }, (_, index) => ({
    metric: "system.disk.pending_operations",
    labels: { "system.device": `disk${index}` },
  }));
  const samples = Array.from({ length: 20 }, (_, step) =>
    sample(
      (step + 1) * 10_000,
      layout.map((_one, index) => index),
      layout,
    ),
  );
  const all = written(samples, 200_000);
  expect(all.length).toBeGreaterThan(2);
  const [first, second] = all;
  const again = written(
    samples.filter(({ at }) => at > (first?.until ?? 0) && at <= (second?.until ?? 0)),
    second?.until ?? 0,
  );
  expect(again).toHaveLength(1);
  expect(Buffer.from(again[0]?.body ?? []).equals(Buffer.from(second?.body ?? []))).toBe(true);
});

test("what is decoded is encoded in the same bytes", () => {
  const [batch] = written([sample(1_795_968_000_000, [0.1, -5e-324])], 1_795_968_000_000);
  const body = batch?.body ?? new Uint8Array();
  expect(Buffer.from(encodeRequest(decodeRequest(body))).equals(Buffer.from(body))).toBe(true);
  expect(named(batch?.series ?? [], "node_load1")?.points).toEqual([{ at: 1_795_968_000_000, value: 0.1 }]);
});

test("a label from outside replaces none of ours", () => {
  const [batch] = written([sample(10_000, [1, 2])], 10_000, { externalLabels: { device: "x", env: "live" } });
  expect(named(batch?.series ?? [], "node_disk_io_now")?.labels).toMatchObject({ device: "sda", env: "live" });
});

test.each([
  [["*"], ["node_load1", "ALERTS"], []],
  [["node_*", "!node_netstat_*"], ["node_load1"], ["node_netstat_Tcp_InErrs", "ALERTS"]],
  [["!node_*"], ["ALERTS"], ["node_load1"]],
] as [string[], string[], string[]][])("metrics: %j", (patterns, wanted, unwanted) => {
  const wants = nameFilter(patterns, globMatches);
  expect([...wanted, ...unwanted].filter(wants)).toEqual(wanted);
});

test.each([
  [9999, 0],
  [10_000, 10_000],
  [19_999, 10_000],
])("at %i the newest step that is over ends at %i", (at, end) => {
  expect(endOfStep(at, 10_000)).toBe(end);
});
