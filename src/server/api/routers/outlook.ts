/** What will be full, what is usual and what is unusual. */
import { z } from "zod";
import { AppError } from "~/domain/errors";
import { REFUSALS, type Trend } from "~/domain/forecast";
import { instant } from "~/domain/time-range.schema";
import { UNUSUAL_SECONDS, unusualOf, usualWords } from "~/domain/usual";
import { outputSchema, viewerProcedure } from "../trpc";
import * as response from "./outlook-responses";

/** Of ten minutes: ten and one, where they do not begin with a step. */
const UNUSUAL_POINTS = 10;

const iso = (at: number) => new Date(at).toISOString();

function trendAnswer({ madeAt, level, perSecond, stretchSeconds, proof }: Trend) {
  return { madeAt: iso(madeAt), level, perDay: perSecond * 86_400, stretchSeconds, right: proof.right, tried: proof.made };
}

export const outlookProcedures = {
  /** When filesystems, inodes, memory and swap are full, by the forecast that rules and reports use too. */
  outlook: viewerProcedure
    .meta({ rest: { method: "GET", path: "/outlook", summary: "When filesystems, inodes, memory and swap will be full" } })
    .output(outputSchema(response.outlook))
    .query(async ({ ctx }) => {
      const found = await ctx.runtime.past.outlook(ctx.runtime.now());
      return found.map(({ kind, mountpoint, last, forecast, full }) => ({
        kind,
        mountpoint,
        last,
        trend: forecast.kind === "none" ? null : trendAnswer(forecast),
        refusal: forecast.kind === "none" ? REFUSALS[forecast.reason] : null,
        full: full && {
          expected: iso(full.expected),
          earliest: iso(full.earliest),
          latest: full.latest === null ? null : iso(full.latest),
        },
      }));
    }),

  /** What is usual for the series of a metric at this hour of the week, by the weeks before. Empty while too little is known. */
  usual: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/usual",
        summary: "The usual range of a metric, or of `system`, at an hour of the week",
        example: { metric: "system.cpu.utilization" },
      },
    })
    .input(z.strictObject({ metric: z.string().min(1).max(200), at: instant.optional() }))
    .output(outputSchema(response.usual))
    .query(async ({ ctx, input: { metric, at = ctx.runtime.now() } }) => {
      if (metric !== "system" && !ctx.runtime.metrics().some((one) => one.metric === metric))
        throw new AppError("not_found", `Unknown metric '${metric}'. GET /api/metrics lists all.`);
      return (await ctx.runtime.past.usual({ name: metric, at })).map((one) => ({
        ...one,
        words: usualWords(one.band, one.unit),
      }));
    }),

  /** What is unusual now, at most five, the most unusual first. */
  unusual: viewerProcedure
    .meta({
      rest: { method: "GET", path: "/unusual", summary: "Series that are unusual for this hour of the week, at most five" },
    })
    .output(outputSchema(response.unusual))
    .query(async ({ ctx, signal }) => {
      const now = ctx.runtime.now();
      const usual = await ctx.runtime.past.usual({ name: "system", at: now });
      if (usual.length === 0) return [];
      const range = { from: now - UNUSUAL_SECONDS * 1000, to: now };
      const recent = await ctx.runtime.past.history(
        { name: "system", ...range, points: UNUSUAL_POINTS, aggregate: "avg" },
        signal,
      );
      return unusualOf(recent.series, usual).map((one) => ({ ...one, words: usualWords(one.band, one.unit) }));
    }),
};
