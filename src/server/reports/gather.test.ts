import { expect, test } from "vitest";
import type { History } from "~/domain/history";
import { firing } from "../../../tests/helpers/alert";
import { constructedInputs } from "../../../tests/helpers/report-inputs";
import { gather, type ReportSources } from "./gather";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const NOW = Date.parse("2026-11-24T00:00:00Z");

/** A server that has measured the last minutes, a reading each second. */
function sourcesSince(minutes: number) {
  const asked: { from: number; to: number }[] = [];
  const sources: ReportSources = {
    version: "0.0.0",
    intervalSeconds: 1,
    host: () => constructedInputs().host,
    async history({ name, from, to, points }): Promise<History> {
      const stepMs = Math.max(1000, Math.ceil((to - from) / points / 1000) * 1000);
      const timestamps = Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, index) => from + index * stepMs);
      const values = timestamps.map((time) => (time + stepMs > NOW - minutes * MINUTE && time < NOW ? 0.5 : null));
      const series = name === "system.memory.utilization" ? [{ metric: name, labels: {}, unit: "1", values }] : [];
      return { name, from, to, stepSeconds: stepMs / 1000, resolutionSeconds: 1, timestamps, series, omitted: 0 };
    },
    outlook: async () => [],
    async processAnalysis({ period }) {
      asked.push(period);
      return constructedInputs().processes;
    },
    alerts: async () => [],
    marks: async () => [],
    rules: () => [],
    paper: () => "a4",
  };
  return { sources, asked };
}

const gathered = (sources: ReportSources) =>
  gather(sources, { asked: { from: NOW - DAY, to: NOW }, timeZone: "UTC", createdAt: NOW }, new AbortController().signal);

test("of a day of which eleven minutes exist the report is one of eleven minutes, with their detail", async () => {
  const { sources, asked } = sourcesSince(11);
  const { period, current, previous } = await gathered(sources);
  expect(period).toEqual({ from: NOW - 11 * MINUTE, to: NOW });
  expect(asked).toEqual([period]);
  expect(current["system.memory.utilization"]?.stepSeconds).toBe(1);
  expect(previous["system.memory.utilization"]?.timestamps[0]).toBe(NOW - 22 * MINUTE);
});

test("the ends of what was measured are found to the second", async () => {
  const { sources } = sourcesSince(10.3);
  const { period } = await gathered(sources);
  expect(period).toEqual({ from: NOW - 10.3 * MINUTE, to: NOW });
});

test("alerts that began before a period and fire in it are among those of the period, and of the previous one", async () => {
  const { sources } = sourcesSince(3 * 1440);
  const all = [
    firing({ id: "old", startedAt: NOW - 30 * DAY }),
    firing({ id: "into", startedAt: NOW - 1.5 * DAY, state: "resolved", resolvedAt: NOW - 0.5 * DAY }),
    firing({ id: "before", startedAt: NOW - 2.5 * DAY, state: "resolved", resolvedAt: NOW - 1.9 * DAY }),
  ];
  const listed: ReportSources["alerts"] = async ({ from, to, overlapping }) =>
    all.filter(({ startedAt, resolvedAt }) => startedAt < to && (overlapping ? (resolvedAt ?? to) >= from : startedAt >= from));
  const { alerts, previousAlerts } = await gathered({ ...sources, alerts: listed });
  expect(alerts.map(({ id }) => id)).toEqual(["old", "into"]);
  expect(previousAlerts).toBe(3);
});

test("processes are judged by the time that was measured", async () => {
  const { sources } = sourcesSince(3 * 1440);
  const asked: unknown[] = [];
  await gathered({
    ...sources,
    async history(request, signal) {
      const history = await sources.history(request, signal);
      const isOff = (at: number) => at >= NOW - 0.75 * DAY && at < NOW - 0.25 * DAY;
      const cut = (values: (number | null)[]) =>
        values.map((value, index) => (isOff(history.timestamps[index] as number) ? null : value));
      return { ...history, series: history.series.map((one) => ({ ...one, values: cut(one.values) })) };
    },
    async processAnalysis({ measuredSeconds }) {
      asked.push(measuredSeconds);
      return constructedInputs().processes;
    },
  });
  expect(asked).toEqual([43_200]);
});

test("a whole day stays a day", async () => {
  const { sources } = sourcesSince(3 * 1440);
  const { period, asked } = await gathered(sources);
  expect(period).toEqual(asked);
});
