/** Tests the recorded day that benchmarks, the demo and rule replays use. */
import { expect, test } from "vitest";
import { builtInDefinition } from "~/domain/metric";
import { seriesKey } from "~/domain/sample";
import { readRecording, recordedDay } from "../scripts/recording";

const whole = readRecording();
/** Only the first minutes, for short tiles. */
const recording = {
  at: whole.at.slice(0, 300),
  series: whole.series,
  columns: whole.columns.map((column) => column.slice(0, 300)),
  processes: whole.processes.slice(0, 300),
};
const START = Date.UTC(2026, 0, 1);
/** Spans the boundary of two tiles and the wrap-around of the recording. */
const options = { seed: 7, start: START, seconds: 700, recording };

test("a day is the same for the same seed and another one for another", () => {
  const last = (seed: number) => [...recordedDay({ ...options, seed })].at(-1);
  expect(last(7)).toEqual(last(7));
  expect(last(7)?.sample.values).not.toEqual(last(8)?.sample.values);
});

test("counters of the day only count up, gauges stay at or above zero, ticks are a second apart", () => {
  const falls = new Set<string>();
  let previous: Float64Array | undefined;
  let at = START - 1000;
  for (const { sample } of recordedDay(options)) {
    expect(sample.at).toBe(at + 1000);
    at = sample.at;
    sample.series.forEach((series, slot) => {
      const [before, now] = [previous?.[slot] ?? Number.NaN, sample.values[slot] as number];
      const isCounter = builtInDefinition(series.metric)?.kind === "counter";
      if (now < 0 || (isCounter && now < before)) falls.add(seriesKey(series));
    });
    previous = sample.values;
  }
  expect([...falls]).toEqual([]);
});

test("every process of the day has a parent that is there or has ended, and no pid is told twice in a tick", () => {
  const table = new Map<number, number>();
  let most = 0;
  for (const { processes } of recordedDay(options)) {
    const pids = processes.changed.map(({ pid }) => pid);
    expect(new Set(pids).size).toBe(pids.length);
    for (const pid of processes.exited) table.delete(pid);
    for (const { pid, startedAt } of processes.changed) {
      expect(startedAt).toBeLessThanOrEqual(processes.at + 1000);
      table.set(pid, startedAt);
    }
    most = Math.max(most, table.size);
  }
  expect(most).toBeGreaterThan(60);
  expect(most).toBeLessThan(200);
});
