import { expect, test } from "vitest";
import { type ChartHistory, tailFrom, withTail } from "./history-tail";

const STEP = 2;

/** A column per name: its value is the step's number, or null outside of its life. */
function historyOf(first: number, count: number, lives: Record<string, [number, number]>): ChartHistory {
  const steps = Array.from({ length: count }, (_, index) => first + index);
  return {
    stepSeconds: STEP,
    timestamps: steps.map((step) => step * STEP * 1000),
    series: Object.entries(lives)
      .map(([name, [born, died]]) => ({
        metric: "m",
        labels: { name },
        unit: "1",
        values: steps.map((step) => (step >= born && step < died ? step : null)),
      }))
      .filter(({ values }) => values.some((value) => value !== null)),
    omitted: 0,
  };
}

const lives: Record<string, [number, number]> = { always: [0, 1000], early: [0, 101], late: [108, 1000], brief: [104, 106] };

test("a past and its tail are what the whole would have been, at every distance", () => {
  for (let moved = 0; moved < 40; moved++) {
    const past = historyOf(100, 10, lives);
    const from = (100 + moved) * STEP * 1000;
    const to = (110 + moved) * STEP * 1000;
    const begin = tailFrom(past, { from, to });
    if (begin === null) {
      expect(moved).toBeGreaterThanOrEqual(9);
      continue;
    }
    const first = begin / STEP / 1000;
    const tail = historyOf(first, 110 + moved - first, lives);
    const whole = historyOf(100 + moved, 10, lives);
    const joined = withTail(past, tail, from);
    expect(joined?.timestamps).toEqual(whole.timestamps);
    const byName = (a: { labels: object }, b: { labels: object }) =>
      JSON.stringify(a.labels) < JSON.stringify(b.labels) ? -1 : 1;
    expect([...(joined?.series ?? [])].sort(byName)).toEqual([...whole.series].sort(byName));
  }
});

test("another step, an earlier beginning and a clock set back need everything", () => {
  const past = historyOf(100, 10, lives);
  expect(tailFrom(past, { from: 150_000, to: 220_000 })).toBeNull();
  expect(tailFrom(past, { from: 200_000, to: 210_000 })).toBeNull();
  expect(withTail(past, { ...historyOf(108, 5, lives), stepSeconds: 4 }, 200_000)).toBeNull();
});

test("extremes go along where either part has them", () => {
  const past = historyOf(100, 4, { always: [0, 1000] });
  const tail = historyOf(103, 2, { always: [0, 1000] });
  const [series] = tail.series;
  const wide = { ...tail, series: [{ ...(series as (typeof tail.series)[number]), min: [1, 2], max: [300, 400] }] };
  expect(withTail(past, wide, 200_000)?.series).toMatchObject([
    { values: [100, 101, 102, 103, 104], min: [100, 101, 102, 1, 2], max: [100, 101, 102, 300, 400] },
  ]);
});
