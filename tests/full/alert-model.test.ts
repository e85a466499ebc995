/** Ten thousand random lives beside the reference model of alerting; other ones each time. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { liveBesideModel, lives } from "../helpers/alert-model";
import { drawSeed } from "../helpers/properties";

const RUNS = 10_000;

test("alerts are those of the reference model, and what is told keeps what the documents promise", async () => {
  const seed = drawSeed();
  const { failed, numRuns, counterexample, errorInstance } = await fc.check(fc.asyncProperty(lives, liveBesideModel), {
    seed,
    numRuns: RUNS,
  });
  console.log(`${numRuns} lives beside the model, ${failed ? JSON.stringify(counterexample) : "none apart from it"}`);
  expect(errorInstance ?? null).toBeNull();
  expect(numRuns).toBe(RUNS);
});
