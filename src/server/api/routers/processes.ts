import { z } from "zod";
import { AppError } from "~/domain/errors";
import { type ProcessRow, topProcesses } from "~/domain/process";
import { buildTree, type TreeRow } from "~/domain/process-tree";
import { instant } from "~/domain/time-range.schema";
import type { Runtime } from "../../runtime";
import { router, viewerProcedure } from "../trpc";

const listInput = z.strictObject({
  sort: z.enum(["cpu", "memory", "io"]).default("cpu"),
  limit: z.coerce.number().int().min(1).max(10_000).default(50),
  /** A past moment; without it the table now. */
  at: instant.optional(),
  /** Parents with their children's sums, instead of a list. */
  tree: z
    .union([z.boolean(), z.enum(["0", "1", "true", "false"])])
    .transform((value) => value === true || value === "1" || value === "true")
    .default(false),
});

interface Table {
  at: number | null;
  staleMs: number;
  rows: Iterable<ProcessRow>;
}

function tableAt(runtime: Runtime, moment: number | undefined): Table {
  const { processes } = runtime.store;
  if (moment === undefined) return { at: processes.at, staleMs: processes.staleMs, rows: processes.all() };
  const past = runtime.store.processesAt(moment);
  if (!past) throw new AppError("not_found", `no process table is kept for ${new Date(moment).toISOString()}`);
  return past;
}

type IsoStart<Row> = Omit<Row, "startedAt"> & { startedAt: string };

function withIsoStart<Row extends ProcessRow>(row: Row): IsoStart<Row> {
  return { ...row, startedAt: new Date(row.startedAt).toISOString() };
}

export const processesRouter = router({
  /** The process table now or at a past second, heaviest first; with `tree` each row has its depth and the sums of its children. */
  list: viewerProcedure
    .meta({ rest: { method: "GET", path: "/processes" } })
    .input(listInput)
    .query(({ ctx, input }) => {
      const { at, staleMs, rows } = tableAt(ctx.runtime, input.at);
      const all = [...rows];
      const shown = input.tree ? buildTree(all, input.sort).slice(0, input.limit) : topProcesses(all, input.sort, input.limit);
      return {
        timestamp: at === null ? null : new Date(at).toISOString(),
        /** Idle processes may have been read so long before the time stamp. */
        staleSeconds: staleMs / 1000,
        total: all.length,
        processes: shown.map((row) => withIsoStart<ProcessRow & Partial<TreeRow>>(row)),
      };
    }),
});
