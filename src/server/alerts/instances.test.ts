import { expect, test } from "vitest";
import type { AlertRule } from "~/domain/alert";
import type { ChartSeries, Frame } from "~/domain/derive";
import { AlertInstances } from "./instances";

const RULE: AlertRule = {
  name: "busy",
  metric: "container.cpu.utilization",
  match: { "container.id": "*" },
  without: [],
  aggregate: "avg",
  windowSeconds: 10,
  op: "above",
  thresholds: { warning: 0.8 },
  clearMargin: 0,
  forSeconds: 0,
  keepFiringForSeconds: 0,
  noData: "ok",
  forecastSeconds: null,
  channels: null,
  escalate: null,
  description: "",
  remedy: "",
};

const series = (id: number): ChartSeries => ({ metric: RULE.metric, labels: { "container.id": String(id) }, unit: "1" });
const frame = (layout: readonly ChartSeries[], value: number): Frame => ({
  at: 0,
  series: layout,
  values: new Float64Array(layout.length).fill(value),
});

function advance(instances: AlertInstances, layout: readonly ChartSeries[], value: number, times = 1): void {
  for (let tick = 0; tick < times; tick++) for (const _update of instances.advance(frame(layout, value), 1, new Map()));
}

test("of ten thousand containers that come and go, those are known that ran lately", () => {
  const instances = new AlertInstances([RULE]);
  for (let id = 0; id < 10_000; id++) advance(instances, [series(id)], 0.1);
  expect([...instances].length).toBeLessThan(100);
});

test("what fires is kept though its series is gone, until it is over", () => {
  const instances = new AlertInstances([{ ...RULE, noData: "keep" }]);
  advance(instances, [series(1)], 0.9, 20);
  expect([...instances].map(({ state }) => state.phase)).toEqual(["firing"]);
  advance(instances, [], 0, 500);
  expect([...instances].map(({ state }) => state.phase)).toEqual(["firing"]);
});

test("a series that comes back within its window goes on with it", () => {
  const instances = new AlertInstances([RULE]);
  const layout = [series(1)];
  advance(instances, layout, 0.1, 20);
  advance(instances, [], 0, 30);
  expect([...instances]).toHaveLength(1);
});

test("a series that was there for too short a time to count is forgotten within seconds, however long the window", () => {
  const instances = new AlertInstances([{ ...RULE, windowSeconds: 300 }]);
  for (let id = 0; id < 1000; id++) advance(instances, [series(id), series(id + 1), series(id + 2)], 0.1);
  expect([...instances].length).toBeLessThan(20);
  const lasting = new AlertInstances([{ ...RULE, windowSeconds: 300 }]);
  advance(lasting, [series(1)], 0.1, 290);
  advance(lasting, [], 0, 300);
  expect([...lasting]).toHaveLength(1);
});

const UNUSUAL: AlertRule = { ...RULE, name: "unusual", windowSeconds: 600, thresholds: {}, unusual: true };
const BAND = { low: 0.1, high: 0.3, least: 0, most: 0.5, basis: "hour of the week" as const, times: 4 };

/** Seconds after which the rule fires and resolves. */
function transitionsOf(instances: AlertInstances, values: readonly [seconds: number, value: number][]): string[] {
  const layout = [series(1)];
  const found: string[] = [];
  let at = 0;
  for (const [seconds, value] of values) {
    for (let second = 0; second < seconds; second++, at += 1000) {
      for (const { instance, transition } of instances.advance({ ...frame(layout, value), at }, 1, new Map()))
        if (transition)
          found.push(`${transition.kind} ${instance.judged.op} ${instance.judged.thresholds.warning} after ${at / 1000} s`);
    }
  }
  return found;
}

test("a mean of ten minutes that is not usual at this hour fires, above and below, and resolves when it is again", () => {
  const bandOf = () => ({ band: BAND, until: Number.POSITIVE_INFINITY });
  const up = transitionsOf(new AlertInstances([UNUSUAL], undefined, bandOf), [
    [900, 0.2],
    [600, 0.9],
    [900, 0.2],
  ]);
  expect(up).toEqual([
    expect.stringMatching(/^fired above 0\.5 after 1[1-4]\d\d s$/),
    expect.stringMatching(/^resolved above 0\.5 after 1[5-9]\d\d s$/),
  ]);
  const down = transitionsOf(new AlertInstances([UNUSUAL], undefined, bandOf), [
    [900, 0.2],
    [1200, -0.1],
  ]);
  expect(down).toEqual([expect.stringMatching(/^fired below 0 after \d+ s$/)]);
});

test("what is usual is asked once an hour, and nothing fires while it is not known", () => {
  const asked: number[] = [];
  const bandOf = (_series: unknown, at: number) => {
    asked.push(at);
    const isKnown = at >= 3_600_000;
    return { band: isKnown ? BAND : null, until: isKnown ? Number.POSITIVE_INFINITY : at + 600_000 };
  };
  const found = transitionsOf(new AlertInstances([UNUSUAL], undefined, bandOf), [[7200, 0.9]]);
  expect(found).toEqual([expect.stringMatching(/^fired above 0\.5 after (36|37|38|39|40|41)\d\d s$/)]);
  expect(asked.length).toBeLessThan(10);
});

test("a rule for the unusual that alerts on a missing metric does not take unknown weeks for one, and a firing alert waits for them", () => {
  const rule: AlertRule = { ...UNUSUAL, noData: "alert" };
  const layout = [series(1)];
  const unknown = new AlertInstances([rule]);
  for (let second = 0; second < 600; second++) unknown.observe(frame(layout, 0.9), 1, new Map());
  expect(transitionsOf(unknown, [[1800, 0.9]])).toEqual([]);
  let isKnown = true;
  const bandOf = (_series: unknown, at: number) => ({ band: isKnown ? BAND : null, until: at + 60_000 });
  const instances = new AlertInstances([UNUSUAL], undefined, bandOf);
  expect(transitionsOf(instances, [[900, 0.9]])).toHaveLength(1);
  isKnown = false;
  for (let second = 0; second < 90; second++) {
    const updates = [...instances.advance({ ...frame(layout, 0.9), at: 900_000 + second * 1000 }, 1, new Map())];
    expect(updates.flatMap(({ transition }) => transition ?? [])).toEqual([]);
  }
  expect([...instances].map(({ state }) => state.phase)).toEqual(["firing"]);
});
