import { expect, test } from "vitest";
import type { PromSeries } from "./promql";
import { SilenceWatch } from "./silence-watch";

const T = 1_795_968_000_000;
const seen = (times: Readonly<Record<string, number>>, more: Record<string, string> = {}): PromSeries[] =>
  Object.entries(times).map(([instance, seconds]) => ({
    labels: { __name__: "node_time_seconds", instance, job: "hostscope", ...more },
    points: [{ at: T, value: T / 1000 + seconds }],
  }));

const watchOf = () => new SilenceWatch({ silentAfterSeconds: 120, labels: ["env"] });

test("a machine is silent once it has written nothing for as long as configured, and its alert ends by a zero", () => {
  const watch = watchOf();
  watch.see(seen({ "web-1": 0, "web-2": 0 }), T);
  expect(watch.readings(T)).toEqual([]);
  watch.see(seen({ "web-1": 110, "web-2": 0 }, { env: "live" }), T + 120_000);
  expect(watch.readings(T + 121_000)).toEqual([
    { metric: "hostscope.machine.silent.time", labels: { "hostscope.machine": "web-2", env: "live" }, value: 120 },
  ]);
  watch.see(seen({ "web-1": 130, "web-2": 131 }), T + 131_000);
  expect(watch.readings(T + 131_000).map(({ value }) => value)).toEqual([0]);
  watch.see(seen({ "web-1": 2000, "web-2": 2000 }), T + 2_000_000);
  expect(watch.readings(T + 2_000_000)).toEqual([]);
});

test("while the engine does not answer nobody becomes silent", () => {
  const watch = watchOf();
  watch.see(seen({ "web-1": 0 }), T);
  expect(watch.readings(T + 3_600_000)).toEqual([]);
});

test("of several series of a machine the newest counts, and one that the engine has forgotten is forgotten", () => {
  const watch = watchOf();
  watch.see([...seen({ "web-1": -500 }, { env: "old" }), ...seen({ "web-1": 0 })], T);
  expect(watch.readings(T)).toEqual([]);
  watch.see(seen({ "web-1": 0 }), T + 200_000);
  expect(watch.readings(T + 200_000)).toHaveLength(1);
  watch.see([], T + 210_000);
  expect(watch.readings(T + 210_000)).toEqual([]);
});
