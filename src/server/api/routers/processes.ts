import { z } from "zod";
import { router, viewerProcedure } from "../trpc";

const listInput = z.strictObject({
  sort: z.enum(["cpu", "memory", "io"]).default("cpu"),
  limit: z.coerce.number().int().min(1).max(10_000).default(50),
});

export const processesRouter = router({
  /** The process table now, heaviest first. */
  list: viewerProcedure
    .meta({ rest: { method: "GET", path: "/processes" } })
    .input(listInput)
    .query(({ ctx, input }) => {
      const { processes } = ctx.runtime.store;
      return {
        timestamp: processes.at === null ? null : new Date(processes.at).toISOString(),
        /** Idle processes may have been read so long before the time stamp. */
        staleSeconds: processes.staleMs / 1000,
        total: processes.size,
        processes: processes
          .top(input.sort, input.limit)
          .map((row) => ({ ...row, startedAt: new Date(row.startedAt).toISOString() })),
      };
    }),
});
