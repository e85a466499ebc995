import { expect, test } from "vitest";
import { LoopDelay } from "./loop-delay";

class FakeHistogram {
  count = 0;
  enabled = false;
  delayNs = 0;
  enable = () => (this.enabled = true);
  disable = () => (this.enabled = false);
  reset = () => void (this.count = 0);
  percentile = () => this.delayNs;
}

function measured() {
  const histogram = new FakeHistogram();
  return { histogram, delay: new LoopDelay(histogram as unknown as ConstructorParameters<typeof LoopDelay>[0]) };
}

test("the delay of the last whole minute is told in seconds, without the time between two looks", () => {
  const { histogram, delay } = measured();
  delay.measure(true, 0);
  histogram.count = 2000;
  histogram.delayNs = 175e6;
  expect(delay.p99(59_000)).toBeNull();
  expect(delay.p99(60_000)).toBe(0.125);
  histogram.count = 2000;
  histogram.delayNs = 51e6;
  expect(delay.p99(90_000)).toBe(0.125);
  expect(delay.p99(120_000)).toBe(0.001);
});

test("nothing is measured while nobody asks, and what was before is not told", () => {
  const { histogram, delay } = measured();
  expect(histogram.enabled).toBe(false);
  delay.measure(true, 0);
  histogram.count = 2000;
  histogram.delayNs = 175e6;
  expect(delay.p99(60_000)).toBe(0.125);
  delay.measure(false, 61_000);
  expect(histogram.enabled).toBe(false);
  expect(delay.p99(200_000)).toBeNull();
});

test("a minute with a handful of looks tells nothing", () => {
  const { histogram, delay } = measured();
  delay.measure(true, 0);
  histogram.count = 40;
  histogram.delayNs = 900e6;
  expect(delay.p99(60_000)).toBeNull();
});
