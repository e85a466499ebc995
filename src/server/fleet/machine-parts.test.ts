import { expect, test } from "vitest";
import { alertRuns, alertsOf } from "./machine-parts";
import type { PromSeries } from "./promql";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = 1_795_968_123_000;
const STEP = 10_000;
const LABELS = { alertname: "disk", alertstate: "firing", severity: "warning", instance: "web-1", job: "hostscope" };

/** An engine that has samples of one alert between two times. */
function engine(since: number, until = NOW) {
  const has = (at: number) => at >= since && at <= until;
  const seriesOf = (times: number[]): PromSeries[] =>
    times.length > 0 ? [{ labels: LABELS, points: times.map((at) => ({ at, value: 1 })) }] : [];
  const asked: number[] = [];
  return {
    asked,
    samples: async (at: number, windowMs: number) => {
      asked.push(windowMs);
      const times = [];
      for (let time = Math.floor((at - windowMs) / STEP) * STEP + STEP; time <= at; time += STEP) if (has(time)) times.push(time);
      return seriesOf(times);
    },
    range: async ({ from, to, stepMs }: { from: number; to: number; stepMs: number }) => {
      const times = [];
      for (let time = from; time <= to; time += stepMs) if (has(time)) times.push(time);
      return seriesOf(times);
    },
  };
}

async function alertsIn({ samples, range }: ReturnType<typeof engine>, from: number, to = NOW) {
  const client = {
    samples: (_selector: string, at: number, windowMs: number) => samples(at, windowMs),
    range: (_query: string, span: { from: number; to: number; stepMs: number }) => range(span),
  };
  const runs = await alertRuns(client, "ALERTS", { from, to, stepMs: STEP });
  return alertsOf(runs, { stepMs: STEP, now: to, external: new Set(["instance", "job"]) });
}

test.each([2 * HOUR + 70_000, 3 * DAY + 70_000, 20 * DAY])(
  "an alert that fires since %i ms ago began then, and has the same id in every range",
  async (ago) => {
    const since = Math.ceil((NOW - ago) / STEP) * STEP;
    const answers = await Promise.all([1, 2, 6, 168].map((hours) => alertsIn(engine(since), NOW - hours * HOUR)));
    const [first] = answers[0] ?? [];
    expect(first).toMatchObject({ rule: "disk", state: "firing", startedAt: since });
    for (const alerts of answers) expect(alerts).toEqual([first]);
  },
);

test("the days before the range are not read sample by sample", async () => {
  const { asked, ...rest } = engine(NOW - 20 * DAY);
  await alertsIn({ asked, ...rest }, NOW - HOUR);
  expect(asked.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(3 * HOUR);
});

test("one that fires for longer than is looked back has the same id at each look of a day", async () => {
  const [first] = await alertsIn(engine(NOW - 90 * DAY), NOW - HOUR);
  const [later] = await alertsIn(engine(NOW - 90 * DAY), NOW - HOUR + 600_000, NOW);
  expect(first?.startedAt).toBeLessThan(NOW - 31 * DAY);
  expect(later).toEqual(first);
});

test("ranges of long ago have their alerts", async () => {
  const since = Math.ceil((NOW - 60 * DAY) / STEP) * STEP;
  const [alert] = await alertsIn(engine(since, since + HOUR), NOW - 61 * DAY, NOW - 59 * DAY);
  expect(alert).toMatchObject({ state: "resolved", startedAt: since, resolvedAt: since + HOUR });
});
