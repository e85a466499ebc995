/** Forecasts on generated histories. The generator is seeded, so every run uses the same ones. */
import { expect, test } from "vitest";
import { type Forecast, forecast, reachesLimit } from "./forecast";

const HOUR = 3_600_000;
const START = 1_700_000_000_000;
const KNOWN = 168;
const AHEAD = 72;

/** Seeded random numbers from 0 to 1 (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

type Shape = (next: () => number) => (hour: number) => number;

/** AR(1) errors: each carries over `kept` of the one before. */
function following(next: () => number, kept: number, size: number): () => number {
  let error = normal(next) * size;
  return () => {
    error = kept * error + normal(next) * size * Math.sqrt(1 - kept * kept);
    return error;
  };
}

const SHAPES = {
  line: (next) => {
    const [begin, slope] = [0.2 + 0.2 * next(), 0.0005 + 0.001 * next()];
    return (hour) => begin + slope * hour + 0.01 * normal(next);
  },
  noisy: (next) => {
    const [begin, slope] = [0.2 + 0.2 * next(), 0.001 + 0.001 * next()];
    return (hour) => begin + slope * hour + 0.05 * normal(next);
  },
  "line with errors that follow one another": (next) => {
    const [begin, slope] = [0.2 + 0.2 * next(), 0.001 + 0.001 * next()];
    const error = following(next, 0.7, 0.02);
    return (hour) => begin + slope * hour + error();
  },
  flat: (next) => {
    const level = next();
    const noise = 0.05 * next();
    return () => level + noise * normal(next);
  },
  "saw-tooth": (next) => {
    const [period, height, phase] = [8 + 60 * next(), 0.1 + 0.5 * next(), 100 * next()];
    return (hour) => 0.2 + height * (((hour + phase) % period) / period) + 0.005 * normal(next);
  },
  step: (next) => {
    const [when, height] = [KNOWN * (0.15 + 0.7 * next()), 0.1 + 0.4 * next()];
    return (hour) => 0.2 + (hour >= when ? height : 0) + 0.01 * normal(next);
  },
} satisfies Record<string, Shape>;

function seriesOf(shape: Shape, seed: number): { times: number[]; values: number[] } {
  const at = shape(random(seed));
  const hours = Array.from({ length: KNOWN + AHEAD }, (_, hour) => hour);
  return { times: hours.map((hour) => START + hour * HOUR), values: hours.map(at) };
}

function forecastOf(shape: Shape, seed: number) {
  const { times, values } = seriesOf(shape, seed);
  const answer = forecast(times.slice(0, KNOWN), values.slice(0, KNOWN), 1);
  return { answer, times: times.slice(KNOWN), truth: values.slice(KNOWN) };
}

const RUNS = 400;
const seeds = Array.from({ length: RUNS }, (_, index) => 7919 * (index + 1));

test.each(["line", "noisy", "line with errors that follow one another"] as const)(
  "of a %s, the interval of 90 in 100 holds 85 to 95 in 100 of what comes",
  (name) => {
    let [inside, asked, given] = [0, 0, 0];
    for (const seed of seeds) {
      const { answer, times, truth } = forecastOf(SHAPES[name], seed);
      if (answer.kind === "none") continue;
      given++;
      for (const ahead of [5, 23, 47, 71]) {
        const { low, high } = answer.at(times[ahead] as number);
        const value = truth[ahead] as number;
        asked++;
        if (value >= low && value <= high) inside++;
      }
    }
    expect(given).toBeGreaterThan(0.9 * RUNS);
    expect(inside / asked).toBeGreaterThan(0.85);
    expect(inside / asked).toBeLessThan(0.95);
  },
);

test.each(["flat", "saw-tooth", "step"] as const)("of a %s nothing is foretold", (name) => {
  const foretold = seeds.filter((seed) => forecastOf(SHAPES[name], seed).answer.kind === "trend");
  expect(foretold).toEqual([]);
});

test("a line through gaps is foretold, one of twenty readings is not", () => {
  const { times, values } = seriesOf(SHAPES.line, 4);
  const gaps = values.map((value, index) => (index % 7 < 3 ? null : value));
  expect(forecast(times, gaps, 1).kind).toBe("trend");
  expect(forecast(times.slice(0, 20), values.slice(0, 20), 1)).toEqual({ kind: "none", reason: "too few readings" });
  expect(forecast([], [], 1)).toEqual({ kind: "none", reason: "too few readings" });
});

test("a filesystem that grows one percent an hour from a half is full after fifty hours", () => {
  const times = Array.from({ length: 48 }, (_, hour) => START + hour * HOUR);
  const growing = times.map((_time, hour) => 0.02 + 0.01 * hour + (hour % 2 ? 0.001 : -0.001));
  const answer = forecast(times, growing, 1) as Forecast;
  expect(answer.perDay).toBeCloseTo(0.24, 2);
  const reached = reachesLimit(answer, 1, { from: START + 48 * HOUR, until: START + 200 * HOUR });
  const hours = (time: number | null) => ((time ?? Number.NaN) - START) / HOUR;
  expect(hours(reached.expected)).toBeCloseTo(98, 0);
  expect(hours(reached.earliest)).toBeLessThanOrEqual(hours(reached.expected));
  expect(hours(reached.latest)).toBeGreaterThanOrEqual(hours(reached.expected));
  expect(reachesLimit(answer, 10, { from: START, until: START + 200 * HOUR }).expected).toBeNull();
});
