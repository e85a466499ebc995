import { expect, test } from "vitest";
import type { Sample } from "~/domain/sample";
import { Ring } from "./ring";

const sample = (second: number, series: number): Sample => ({
  at: second * 1000,
  series: Array.from({ length: series }, (_, place) => ({ metric: `m${place}`, labels: {} })),
  values: new Float64Array(series),
});
const seconds = (ring: Ring) => [...ring.read(0, Number.POSITIVE_INFINITY)].map(({ at }) => at / 1000);

test("a machine with many series keeps fewer samples, but those that a window needs", () => {
  const ring = new Ring(100, 1000);
  for (let second = 0; second < 100; second++) ring.push(sample(second, 10));
  expect(seconds(ring)).toHaveLength(100);
  for (let second = 100; second < 120; second++) ring.push(sample(second, 100));
  expect(seconds(ring)).toEqual(Array.from({ length: 10 }, (_, index) => 110 + index));
  ring.leastSamples = 30;
  for (let second = 120; second < 160; second++) ring.push(sample(second, 100));
  expect(seconds(ring)).toEqual(Array.from({ length: 30 }, (_, index) => 130 + index));
  ring.leastSamples = 0;
  for (let second = 160; second < 400; second++) ring.push(sample(second, 10));
  expect(seconds(ring)).toEqual(Array.from({ length: 100 }, (_, index) => 300 + index));
  expect(ring.oldest?.at).toBe(300_000);
});
