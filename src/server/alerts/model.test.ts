/** Random lives of a machine beside the reference model of the documented rules. `tests/full/alert-model.test.ts` tries many more. */
import fc from "fast-check";
import { test } from "vitest";
import { liveBesideModel, lives } from "../../../tests/helpers/alert-model";

test("alerts are those of the reference model, and what is told keeps what the documents promise", async () => {
  await fc.assert(fc.asyncProperty(lives, liveBesideModel), { seed: 20_261_129, numRuns: 300 });
});
