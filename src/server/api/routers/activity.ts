/** Which metrics have anything to show in a range. */
import { z } from "zod";
import { AppError } from "~/domain/errors";
import type { HistorySeries } from "~/domain/history";
import { rangeFields, resolveRange } from "~/domain/time-range.schema";
import { outputSchema, viewerProcedure } from "../trpc";
import * as response from "./metrics-responses";

/** Steps have round beginnings: of few long ones the first would begin long before the range. */
const POINTS = 12;

const isActive = ({ values, min = [], max = [] }: Pick<HistorySeries, "values" | "min" | "max">) =>
  [values, min, max].some((column) => column.some((value) => value !== null && value !== 0));

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
      const asked = { name: "active", metrics, from, to, points: POINTS, aggregate: "max" } as const;
      const { series } = await ctx.runtime.past.history(asked, signal);
      return { metrics: [...new Set(series.filter(isActive).map(({ metric }) => metric))].sort() };
    }),
};
