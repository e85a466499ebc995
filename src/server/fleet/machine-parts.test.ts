import { expect, test } from "vitest";
import { alertSamples, alertsOf } from "./machine-parts";
import type { PromSeries } from "./promql";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = 1_795_968_000_000;
const STEP = 10_000;

/** An engine that has samples of one alert since some time ago. */
function engine(sinceMs: number) {
  const labels = { alertname: "disk", alertstate: "firing", severity: "warning", instance: "web-1", job: "hostscope" };
  const asked: number[] = [];
  return {
    asked,
    read: async (at: number, windowMs: number): Promise<PromSeries[]> => {
      asked.push(windowMs);
      const points = [];
      for (let time = Math.max(at - windowMs + STEP, NOW - sinceMs); time <= at; time += STEP)
        points.push({ at: time, value: 1 });
      return points.length > 0 ? [{ labels, points }] : [];
    },
  };
}

const alertsIn = async ({ read }: ReturnType<typeof engine>, hours: number) => {
  const samples = await alertSamples(read, { from: NOW - hours * HOUR, to: NOW, stepMs: STEP, earliest: NOW - 31 * DAY });
  return alertsOf(samples, { stepMs: STEP, now: NOW, external: new Set(["instance", "job"]) });
};

test("an alert that fires since before the range began when it began, and has the same id in every range", async () => {
  const { read, asked } = engine(3 * DAY);
  const answers = await Promise.all([1, 6, 168].map((hours) => alertsIn({ read, asked }, hours)));
  const [first] = answers[0] ?? [];
  expect(first).toMatchObject({ rule: "disk", state: "firing", startedAt: NOW - 3 * DAY });
  for (const alerts of answers) expect(alerts).toEqual([first]);
  expect(Math.max(...asked)).toBe(DAY);
});

test("one that fires for longer than is looked back is found all the same", async () => {
  const [alert] = await alertsIn(engine(90 * DAY), 1);
  expect(alert?.startedAt).toBeLessThan(NOW - 30 * DAY);
});

test("nothing is read from before where nothing fires", async () => {
  const { read, asked } = engine(2 * HOUR);
  await alertsIn({ read, asked }, 1);
  expect(asked).toEqual([DAY]);
});
