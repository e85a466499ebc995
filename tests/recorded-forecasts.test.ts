/**
 * Forecasts of 40 recorded series, compared with what came. Recorded by scripts/record-series.ts on a machine with two cores that was
 * building and testing: memory, load, CPU, disk and threads of the machine, and 24 filesystems of 64 MiB in memory, each with one
 * program that wrote to it in its own manner, which is its name.
 */
import { expect, test } from "vitest";
import { type Forecast, forecast, type Trend, valueAt } from "~/domain/forecast";
import { type RecordedSeries, readSeries } from "../scripts/recorded-series";

const RECORDING = readSeries("tests/fixtures/recording/growth.json.br");
const STEP_MS = RECORDING.stepSeconds * 1000;
/** Steps that are known, and between two forecasts of a series. */
const KNOWN = 60;
const EVERY = 6;
const AHEAD = [2, 5, 15, 30] as const;

const timeOf = (step: number) => RECORDING.startedAt + step * STEP_MS;
const secondsOf = (step: number) => (timeOf(step) - RECORDING.startedAt) / 1000;

interface Made {
  series: RecordedSeries;
  /** The first step that is not known. */
  end: number;
  answer: Forecast;
}

const made: Made[] = RECORDING.series.flatMap((series) => {
  const all: Made[] = [];
  for (let end = KNOWN; end + AHEAD[0] < series.values.length; end += EVERY) {
    const steps = Array.from({ length: KNOWN }, (_, index) => end - KNOWN + index);
    const answer = forecast({
      timestamps: steps.map(timeOf),
      values: steps.map((step) => series.values[step] ?? null),
      stepMs: STEP_MS,
      now: timeOf(end),
    });
    all.push({ series, end, answer });
  }
  return all;
});

const mountOf = ({ series }: Made) => series.labels["system.filesystem.mountpoint"] ?? "";
/** Growth whose course changes while it is recorded: nothing foretells that. */
const CHANGES = /^\/(ended|from|faster)/;

test("there are 40 series", () => {
  expect(RECORDING.series).toHaveLength(40);
  expect(made.length).toBeGreaterThan(1000);
});

test("intervals hold 85 to 95 % of what came, stalls of the machine included", () => {
  let [inside, asked, trends] = [0, 0, 0];
  for (const { series, end, answer } of made.filter((one) => !CHANGES.test(mountOf(one)))) {
    if (answer.kind === "none") continue;
    trends++;
    for (const ahead of AHEAD) {
      const value = series.values[end + ahead - 1] ?? null;
      if (value === null) continue;
      const { low, high } = valueAt(answer, timeOf(end + ahead) - STEP_MS / 2);
      asked++;
      if (value >= low && value <= high) inside++;
    }
  }
  console.log(`recorded: ${trends} forecasts of ${made.length}, ${inside} of ${asked} values in their interval`);
  expect(trends).toBeGreaterThan(200);
  expect(inside / asked).toBeGreaterThan(0.85);
  expect(inside / asked).toBeLessThan(0.95);
});

test.each(["/steps", "/cycle", "/temporary files", "/idle", "/log rotated after 90 s"])("of %s nothing is foretold", (mount) => {
  const found = made.filter((one) => mountOf(one) === mount && one.series.metric === "system.filesystem.utilization");
  expect(found.length).toBeGreaterThan(20);
  expect(found.filter(({ answer }) => answer.kind === "trend")).toEqual([]);
});

test("growth that has ended is refused once its end is ten steps old", () => {
  const ended = made.filter(
    (one) => mountOf(one) === "/ended after 300 s" && secondsOf(one.end) > 300 + 30 * RECORDING.stepSeconds,
  );
  expect(ended.length).toBeGreaterThan(10);
  expect(ended.filter(({ answer }) => answer.kind === "trend")).toEqual([]);
});

test("steady growth is foretold, at its pace", () => {
  const steady = made.filter((one) => mountOf(one) === "/steady");
  const trends = steady.filter((one): one is Made & { answer: Trend } => one.answer.kind === "trend");
  expect(trends.length).toBeGreaterThan(0.8 * steady.length);
  // 30 KiB a second of 64 MiB.
  for (const { answer } of trends) expect((answer.perSecond * 65_536) / 30).toBeCloseTo(1, 0);
});
