import { expect, test } from "vitest";
import { bucketsFor } from "./time-range";

test.each([
  // name                                  from     to              points intervalMs  stepMs   count
  ["one hour at 720 points takes 5 s", 0, 3_600_000, 720, 1_000, 5_000, 720],
  ["a day at 720 points takes 2 min", 0, 86_400_000, 720, 1_000, 120_000, 720],
  ["no step is finer than the interval", 0, 60_000, 720, 10_000, 10_000, 6],
  ["the step is a multiple of the interval", 0, 60_000, 60, 5_000, 5_000, 12],
  ["ten years take whole days", 0, 315_360_000_000, 720, 1_000, 518_400_000, 609],
  ["an unaligned start begins at its bucket", 1_500, 4_000, 720, 1_000, 1_000, 3],
  ["an interval that divides no round step is a step", 0, 1_800_000, 720, 7_000, 7_000, 258],
  ["the same for 35 s", 0, 3_600_000, 720, 35_000, 35_000, 103],
  ["a round step that is far off is not taken", 0, 1_800_000, 720, 45_000, 45_000, 40],
  ["from a minute on the step is round whatever the interval", 0, 86_400_000, 720, 7_000, 120_000, 720],
  ["an interval of whole minutes is a step", 0, 86_400_000, 2000, 180_000, 180_000, 480],
  ["an interval above a minute takes the next round step", 0, 86_400_000, 2000, 77_000, 120_000, 720],
] as const)("%s", (_name, from, to, points, intervalMs, stepMs, count) => {
  expect(bucketsFor({ from, to }, { points, intervalMs })).toMatchObject({ stepMs, count });
});
