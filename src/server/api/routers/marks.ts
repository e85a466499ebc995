import { z } from "zod";
import { AppError } from "~/domain/errors";
import { markAnswer } from "~/domain/mark";
import { instant, rangeFields, resolveRange } from "~/domain/time-range.schema";
import { adminProcedure, outputSchema, pusherProcedure, router, viewerProcedure } from "../trpc";
import { mark } from "./marks-responses";

const MOST = 1000;
const YEAR_MS = 366 * 86_400_000;

export const marksRouter = router({
  list: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/marks",
        summary: "Marks on all charts: annotations, boots, starts, configuration changes and kernel events, newest first",
        example: { hours: 24 },
      },
    })
    .input(z.strictObject(rangeFields))
    .output(outputSchema(z.object({ marks: z.array(mark) })))
    .query(async ({ ctx, input }) => {
      const range = resolveRange(input, ctx.runtime.now());
      return { marks: (await ctx.runtime.marks.list({ ...range, limit: MOST })).map(markAnswer) };
    }),

  add: pusherProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/marks",
        summary: "Adds a mark to all charts, now or at a given time",
        example: { text: "deployed 1.4" },
      },
    })
    .input(
      z.strictObject({
        text: z
          .string()
          .trim()
          .min(1)
          .max(200)
          .meta({ examples: ["deployed 1.4"] }),
        timestamp: instant.optional(),
      }),
    )
    .output(outputSchema(mark))
    .mutation(async ({ ctx, input }) => {
      const now = Date.now();
      const at = input.timestamp ?? now;
      if (at > now + YEAR_MS) {
        throw new AppError("bad_request", "The mark is more than a year in the future.", [
          { parameter: "timestamp", detail: "must be at most a year in the future" },
        ]);
      }
      return markAnswer(await ctx.runtime.marks.add({ at, kind: "note", text: input.text }));
    }),

  remove: adminProcedure
    .meta({ rest: { method: "DELETE", path: "/marks/{id}", summary: "Removes a mark" } })
    .input(z.strictObject({ id: z.string().regex(/^[a-z0-9.]+-[a-f0-9]{8}$/, "expected a mark id such as mwv8q5gv-d0aec339") }))
    .output(outputSchema(z.object({ removed: z.literal(true) })))
    .mutation(async ({ ctx, input }) => {
      if (!(await ctx.runtime.marks.remove(input.id)))
        throw new AppError("not_found", `There is no mark ${input.id}. \`hostscope mark\` lists them.`);
      return { removed: true as const };
    }),
});
