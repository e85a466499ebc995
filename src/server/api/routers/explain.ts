import { z } from "zod";
import { contributorAnswer } from "~/domain/contributor";
import { AppError } from "~/domain/errors";
import { rangeFields, resolveRange } from "~/domain/time-range.schema";
import { outputSchema, router, viewerProcedure } from "../trpc";
import { seesAllIo } from "../visible";
import * as response from "./explain-responses";

const DEFAULT_MS = 15 * 60_000;
const MOST_MS = 24 * 3_600_000;
/** Steps of the collectors: a shorter stretch has too few values to compare. */
const LEAST_MS = 30_000;

export const explainRouter = router({
  stretch: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/explain",
        summary: "What changed in a time range compared with the period before: contributors, metrics and events",
        example: { hours: 1 },
      },
    })
    .input(z.strictObject(rangeFields))
    .output(outputSchema(response.explanation))
    .query(async ({ ctx, input, signal }) => {
      const isOpen = input.hours === undefined && input.from === undefined;
      const { from, to } = resolveRange(isOpen ? { ...input, hours: DEFAULT_MS / 3_600_000 } : input, ctx.runtime.now());
      if (to - from > MOST_MS)
        throw new AppError("too_large", "At most 24 hours can be explained. Choose a shorter range.", [
          { parameter: "from", detail: "must be at most 24 hours before to" },
        ]);
      if (to - from < LEAST_MS)
        throw new AppError("bad_request", "At least 30 seconds are needed. Choose a longer range.", [
          { parameter: "from", detail: "must be at least 30 seconds before to" },
        ]);
      const { baseline, contributors, events, ...found } = await ctx.runtime.explanation({ from, to }, signal);
      const iso = (at: number) => new Date(at).toISOString();
      return {
        ...found,
        from: iso(from),
        to: iso(to),
        baseline: { from: iso(baseline.from), to: iso(baseline.to) },
        contributors: contributors.map((one) => contributorAnswer(seesAllIo(ctx) ? one : { ...one, evidence: [] })),
        events: events.map((one) => ({ ...one, at: iso(one.at) })),
      };
    }),
});
