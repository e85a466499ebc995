/** Which metrics have anything to show in a range. */
import { z } from "zod";
import { AppError } from "~/domain/errors";
import { rangeFields, resolveRange } from "~/domain/time-range.schema";
import { outputSchema, viewerProcedure } from "../trpc";
import * as response from "./metrics-responses";

export const activityProcedures = {
  /** The metrics with a reading other than zero. */
  active: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/metrics/active",
        summary: "The metrics that had a value other than zero in a range",
        example: { hours: 1 },
      },
    })
    .input(z.strictObject(rangeFields))
    .output(outputSchema(response.active))
    .query(async ({ ctx, input, signal }) => {
      const { from, to } = resolveRange(input, ctx.runtime.now());
      if (to <= from)
        throw new AppError("bad_request", "The range ends before it begins.", [
          { parameter: "to", detail: "must be later than from" },
        ]);
      const metrics = ctx.runtime.metrics().flatMap(({ metric, ofProcess }) => (ofProcess ? [] : [metric]));
      return { metrics: await ctx.runtime.past.active({ metrics, from, to }, signal) };
    }),
};
