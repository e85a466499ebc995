import fc from "fast-check";
import { test } from "vitest";
import { expectSaneHost, generatedHost } from "./helpers/generated-host";

const SEED = 20_261_128;

test("hosts with files missing, empty, cut, unreadable or foreign: nothing throws, and nothing is told that cannot be", () => {
  fc.assert(fc.property(generatedHost, expectSaneHost), { seed: SEED, numRuns: 100 });
});
