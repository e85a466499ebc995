import { expect, test } from "vitest";
import type { Sample, Series } from "~/domain/sample";
import { Ring } from "./ring";

const layouts = new Map<number, Series[]>();
const namesOf = (count: number) => Array.from({ length: count }, (_, place) => ({ metric: `m${place}`, labels: {} }));

/** Samples with as many series have the same ones. */
function sample(second: number, count: number): Sample {
  const series = layouts.get(count) ?? namesOf(count);
  layouts.set(count, series);
  return { at: second * 1000, series, values: new Float64Array(count) };
}

const seconds = (ring: Ring) => [...ring.read(0, Number.POSITIVE_INFINITY)].map(({ at }) => at / 1000);

test("a machine with many series keeps fewer samples, but those that a window needs", () => {
  const ring = new Ring(100, 4000);
  for (let second = 0; second < 100; second++) ring.push(sample(second, 10));
  expect(seconds(ring)).toHaveLength(100);
  for (let second = 100; second < 220; second++) ring.push(sample(second, 100));
  expect(seconds(ring)).toEqual(Array.from({ length: 40 }, (_, index) => 180 + index));
  ring.leastSamples = 60;
  for (let second = 220; second < 280; second++) ring.push(sample(second, 100));
  expect(seconds(ring)).toEqual(Array.from({ length: 60 }, (_, index) => 220 + index));
  ring.leastSamples = 100;
  for (let second = 280; second < 380; second++) ring.push(sample(second, 100));
  expect(seconds(ring)).toHaveLength(80);
  ring.leastSamples = 0;
  for (let second = 380; second < 500; second++) ring.push(sample(second, 10));
  expect(seconds(ring)).toEqual(Array.from({ length: 100 }, (_, index) => 400 + index));
  expect(ring.oldest?.at).toBe(400_000);
});

test("names count: on a machine whose interfaces come and go each second, fewer samples stay", () => {
  const ring = new Ring(1000, 100_000);
  for (let second = 0; second < 1000; second++) ring.push({ ...sample(second, 100), series: namesOf(100) });
  expect(seconds(ring).length).toBeLessThan(10);
  expect(seconds(ring).length).toBeGreaterThan(3);
});

test("a part of the samples stays, but those that a window needs, and later all again", () => {
  const ring = new Ring(100, 4000);
  ring.leastSamples = 10;
  for (let second = 0; second < 100; second++) ring.push(sample(second, 10));
  ring.keep(1 / 4);
  expect(seconds(ring)).toEqual(Array.from({ length: 25 }, (_, index) => 75 + index));
  ring.push(sample(100, 10));
  expect(seconds(ring)).toHaveLength(25);
  ring.keep(1 / 16);
  expect(seconds(ring)).toHaveLength(10);
  ring.keep(1);
  for (let second = 101; second < 300; second++) ring.push(sample(second, 10));
  expect(seconds(ring)).toHaveLength(100);
});
