/** Forecasts of constructed series, compared with what came: seeded, so that every run has the same ones. */
import { expect, test } from "vitest";
import { type ConstructedSeries, constructed, isRamp, KINDS, STEP_MS } from "../../tests/helpers/constructed-series";
import { type Forecast, forecast, isProven, limitReached, REFUSALS, type Trend, valueAt } from "./forecast";

/** 400 series. */
const SERIES: readonly ConstructedSeries[] = Array.from({ length: 400 }, (_, index) =>
  constructed(KINDS[index % KINDS.length] as (typeof KINDS)[number], 7919 * (index + 1)),
);

function forecastOf({ timestamps, values, known }: ConstructedSeries, end = known): Forecast {
  return forecast({
    timestamps: timestamps.slice(0, end),
    values: values.slice(0, end),
    stepMs: STEP_MS,
    now: timestamps[end] as number,
  });
}

const answers = SERIES.map((series) => ({ series, answer: forecastOf(series) }));
const ramps = answers.filter(({ series }) => isRamp(series.kind));
const trends = ramps.filter((one): one is { series: ConstructedSeries; answer: Trend } => one.answer.kind === "trend");

test("of ramps with Gaussian, heavy-tailed and autocorrelated noise and a change of slope, nine of ten are foretold", () => {
  expect(trends.length).toBeGreaterThan(0.9 * ramps.length);
});

test("intervals hold 85 to 95 % of what comes, up to as far ahead as the history is long", () => {
  let [inside, asked] = [0, 0];
  for (const { series, answer } of trends) {
    for (const ahead of [1 / 40, 1 / 12, 1 / 4, 1 / 2, 1]) {
      const step = series.known - 1 + Math.ceil(ahead * series.known);
      const value = series.values[step] ?? null;
      if (value === null) continue;
      const { low, high } = valueAt(answer, (series.timestamps[step] as number) + STEP_MS / 2);
      asked++;
      if (value >= low && value <= high) inside++;
    }
  }
  console.log(`constructed: ${trends.length} of ${ramps.length} ramps foretold, ${inside} of ${asked} values in their interval`);
  expect(inside / asked).toBeGreaterThan(0.85);
  expect(inside / asked).toBeLessThan(0.95);
});

test("when a level is reached is right in nine of ten cases in which it is told", () => {
  let [right, told, ripe] = [0, 0, 0];
  for (const { series, answer } of trends) {
    const middle = series.known + Math.floor(series.known / 2);
    const around = series.values.slice(middle - 5, middle + 6).filter((value) => value !== null);
    const reached = limitReached(answer, around.reduce((sum, value) => sum + value, 0) / around.length);
    ripe++;
    if (!reached) continue;
    told++;
    const actual = (middle + 0.5 - series.known) * STEP_MS;
    if (Math.abs(reached.expected - answer.madeAt - actual) <= actual / 3 + STEP_MS) right++;
  }
  console.log(`constructed: ${told} of ${ripe} times told, ${right} right`);
  expect(told).toBeGreaterThan(0.7 * ripe);
  expect(right / told).toBeGreaterThan(0.9);
});

test.each(KINDS.filter((kind) => !isRamp(kind)))("of a %s nothing is foretold, and the reason is told", (kind) => {
  const reasons = answers.filter(({ series }) => series.kind === kind).map(({ answer }) => answer);
  expect(reasons.length).toBeGreaterThan(40);
  expect(reasons.filter((one) => one.kind === "trend")).toEqual([]);
  const named = reasons.map((one) => (one.kind === "none" ? one.reason : "trend"));
  const expected = { flat: "flat", step: "step", "saw-tooth": "periodic", "daily cycle": "periodic", "ended ramp": "ended" };
  const share = named.filter((reason) => reason === expected[kind as keyof typeof expected]).length / named.length;
  expect(share).toBeGreaterThan(0.8);
});

test("a thousand more that lead nowhere are refused but for some of a thousand, and of none is a time told", () => {
  const shapes = KINDS.filter((kind) => !isRamp(kind));
  const more = Array.from({ length: 1000 }, (_, index) =>
    forecastOf(constructed(shapes[index % shapes.length] as (typeof KINDS)[number], 104_729 + 31 * index)),
  );
  const foretold = more.filter((one) => one.kind === "trend");
  console.log(`constructed: ${foretold.length} of 1000 that lead nowhere foretold`);
  expect(foretold.length).toBeLessThanOrEqual(5);
  expect(foretold.filter((one) => isProven(one))).toEqual([]);
});

const hours = (count: number) => Array.from({ length: count }, (_, index) => index);
const input = (values: (number | null)[], stepMs = 3_600_000) => ({
  timestamps: hours(values.length).map((index) => index * stepMs),
  values,
  stepMs,
  now: values.length * stepMs,
});

test.each([
  ["nothing", [], "history"],
  ["nineteen readings", hours(19), "history"],
  ["a history that ended long ago", [...hours(40), ...hours(10).map(() => null)], "stale"],
  ["readings that are all the same", hours(40).map(() => 0.3), "flat"],
  ["a series of zeros", hours(40).map(() => 0), "flat"],
  ["a ramp of the last ten steps only", hours(60).map((hour) => Math.max(0, hour - 50)), "young"],
] as const)("of %s nothing is foretold", (_name, values, reason) => {
  expect(forecast(input([...values]))).toEqual({ kind: "none", reason });
  expect(REFUSALS[reason]).toMatch(/^[a-z]/);
});

test("a filesystem that grows one percent an hour from a half is full after fifty hours", () => {
  const answer = forecast(input(hours(48).map((hour) => 0.02 + 0.01 * hour + (hour % 2 ? 0.001 : -0.001)))) as Trend;
  expect(answer.perSecond * 86_400).toBeCloseTo(0.24, 2);
  const reached = limitReached(answer, 1);
  expect((reached?.expected ?? 0) / 3_600_000).toBeCloseTo(98.5, 0);
  expect(reached?.earliest).toBeLessThanOrEqual(reached?.expected ?? 0);
  expect(reached?.latest).toBeGreaterThanOrEqual(reached?.expected ?? 0);
});

test("nothing is said of what is more than eight times as far away as the stretch is long, nor of what lies behind", () => {
  const answer = forecast(input(hours(48).map((hour) => 0.02 + 0.001 * hour))) as Trend;
  expect(limitReached(answer, 0.02 + 0.001 * 48 * 8.5)).not.toBeNull();
  expect(limitReached(answer, 0.02 + 0.001 * 48 * 9.5)).toBeNull();
  expect(limitReached(answer, 0.01)).toBeNull();
});

test("a single wild reading changes nothing", () => {
  const values = hours(60).map((hour) => 0.2 + 0.005 * hour + (hour % 2 ? 0.0005 : -0.0005));
  const plain = forecast(input(values)) as Trend;
  const wild = forecast(input(values.with(30, 0.99))) as Trend;
  expect(wild.kind).toBe("trend");
  expect(wild.perSecond / plain.perSecond).toBeCloseTo(1, 1);
});
