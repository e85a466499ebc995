import { expect, test } from "vitest";
import type { Consumer } from "~/domain/process";
import { consumerOf } from "../../../tests/helpers/consumer";
import { runAtOnce } from "../slices";
import { explainStretch, type StretchSource } from "./explain-stretch";

const STEP_MS = 15_000;
const TO = 1_800_000_000_000;
const FROM = TO - 60 * STEP_MS;
const SPAN = (TO - FROM) / 1000;
const question = { from: FROM, to: TO, metrics: [], cores: 2, memoryBytes: 8e9 };

/** `values` of the baseline and the stretch by metric. */
function source(values: Record<string, [number, number]>, processes: { now: Consumer[]; before?: Consumer[] }): StretchSource {
  return {
    *history(metrics, { from, to }) {
      yield;
      const timestamps = Array.from({ length: (to - from) / STEP_MS }, (_, index) => from + index * STEP_MS);
      // Another day: what was asked for was as in the baseline.
      const isNow = (at: number) => at >= FROM && to === TO;
      const series = Object.entries(values)
        .filter(([metric]) => metrics.length === 0 || metrics.includes(metric))
        .map(([metric, [before, now]]) => ({
          metric,
          labels: {},
          unit: "1",
          values: timestamps.map((at, index) => (isNow(at) ? now : before) + (index % 3) / 1000),
        }));
      return { name: "", from, to, stepSeconds: 15, resolutionSeconds: 1, timestamps, series, omitted: 0 };
    },
    *consumers({ to }) {
      yield;
      return to === TO ? processes.now : (processes.before ?? []);
    },
  };
}

const idle = (pid: number, change: Partial<Consumer> = {}) => consumerOf(pid, { seconds: SPAN, ...change });

test("who uses more than before, by every measure, and what changed beside the day before", () => {
  const hog = idle(7, { name: "make", cpuSeconds: 1.6 * SPAN, startedAt: FROM });
  const leak = idle(8, { name: "app", memoryBytes: 3e9 });
  const old = idle(9, { name: "db", cpuSeconds: 0.2 * SPAN, memoryBytes: 1e9 });
  const answer = runAtOnce(
    explainStretch(
      question,
      source(
        { "system.cpu.utilization": [0.1, 0.9], "system.cpu.logical.count": [2, 2] },
        {
          now: [hog, leak, old],
          before: [idle(8, { name: "app", memoryBytes: 1e9 }), { ...old, seconds: 4 * SPAN, cpuSeconds: 0.8 * SPAN }],
        },
      ),
    ),
  );
  expect(answer.contributors.map(({ name, measure }) => `${name} ${measure}`)).toEqual(["make cpu", "app growth"]);
  expect(answer.contributors[0]?.change).toBeCloseTo(1.6, 1);
  expect(answer.metrics).toMatchObject([{ metric: "system.cpu.utilization", yesterday: expect.closeTo(0.1, 1) }]);
  expect(answer.baseline).toEqual({ from: FROM - 4 * (TO - FROM), to: FROM });
  expect(answer.refusal).toBeNull();
});

test("a stretch as calm as before has nothing to tell", () => {
  const same = [idle(9, { name: "db", cpuSeconds: 0.2 * SPAN, memoryBytes: 1e9 })];
  const values = { "system.cpu.utilization": [0.1, 0.1], "system.cpu.logical.count": [2, 2] } as const;
  const answer = runAtOnce(explainStretch(question, source({ ...values } as never, { now: same, before: same })));
  expect(answer).toMatchObject({ contributors: [], metrics: [], events: [], refusal: null });
});

test("units and containers that began or ended in the stretch are told", () => {
  const group = (name: string, change: Partial<Consumer>) => idle(change.pid ?? 1, { group: name, ...change });
  const now = [
    group("new.service", { pid: 20, startedAt: FROM + 60_000, seconds: SPAN - 60 }),
    group("docker 3f2a91c07d44", { pid: 21, startedAt: 0, seconds: 120 }),
    group("steady.service", { pid: 22 }),
  ];
  const before = now.slice(1);
  const { events } = runAtOnce(explainStretch(question, source({}, { now, before })));
  expect(events).toEqual([
    { at: FROM + 60_000, kind: "unit", text: "new.service started", id: null },
    { at: FROM + 120_000, kind: "container", text: "docker 3f2a91c07d44 stopped", id: null },
  ]);
});

test("units that go on after a pause in the readings have not stopped, one that ended long before the end has", () => {
  const unit = (name: string, pid: number, seconds: number, startedAt = 0) => idle(pid, { group: name, startedAt, seconds });
  // Four minutes without readings.
  const seen = SPAN - 240;
  const now = [
    unit("cron.service", 10, seen),
    unit("sshd.service", 11, seen),
    unit("late.service", 12, seen - 100, FROM + 100_000),
    unit("gone.service", 13, 120),
  ];
  const before = now.map((one) => ({ ...one, startedAt: 0 }));
  const { events } = runAtOnce(explainStretch(question, source({}, { now, before })));
  expect(events.map(({ text }) => text)).toEqual(["gone.service stopped"]);
});

test("what uses half of a container's quota is worth telling, however many cores the machine has", () => {
  const now = [idle(7, { name: "worker", cpuSeconds: 0.25 * SPAN, startedAt: FROM })];
  const values = {
    "system.cpu.utilization": [0, 0.5],
    "system.cpu.logical.count": [16, 16],
    "system.cpu.quota.limit": [0.5, 0.5],
  };
  const answer = runAtOnce(explainStretch({ ...question, cores: 16 }, source(values as never, { now })));
  expect(answer.contributors).toMatchObject([{ name: "worker", share: expect.closeTo(1, 1) }]);
});
