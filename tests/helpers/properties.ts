/**
 * Runs property tests with the same seeds each time. `npm run test:full properties` draws new seeds and prints them; add a seed
 * that finds a bug here, so that every later run tries it.
 */
import { randomInt } from "node:crypto";
import fc from "fast-check";

const FIXED_SEEDS: readonly number[] = [
  20_261_128,
  // A row of doubles in the sample log that was truncated by one byte and read as a packed row.
  1_635_560_031,
];

const SEEDS = process.env.HOSTSCOPE_TEST_SEEDS?.split(",").map(Number) ?? FIXED_SEEDS;
const RUNS = process.env.HOSTSCOPE_TEST_RUNS === undefined ? undefined : Number(process.env.HOSTSCOPE_TEST_RUNS);

/** Checks `property` with each seed; throws with the seed, the path and the smallest counterexample. */
export function forAll<Ts>(property: fc.IProperty<Ts>, numRuns = 100): void {
  for (const seed of SEEDS) fc.assert(property, { seed, numRuns: RUNS ?? numRuns });
}

/** Draws and prints a seed for a long test that should differ between runs; HOSTSCOPE_TEST_SEEDS repeats it. */
export function drawSeed(): number {
  const seed = process.env.HOSTSCOPE_TEST_SEEDS === undefined ? randomInt(2 ** 31) : (SEEDS[0] as number);
  console.log(`seed: HOSTSCOPE_TEST_SEEDS=${seed}`);
  return seed;
}
