/** Ten thousand generated hosts. */
import fc from "fast-check";
import { test } from "vitest";
import { expectSaneHost, generatedHost } from "../helpers/generated-host";
import { drawSeed } from "../helpers/properties";

test("10,000 hosts with broken files: no throw, no number that cannot be", () => {
  fc.assert(fc.property(generatedHost, expectSaneHost), { seed: drawSeed(), numRuns: 10_000 });
});
