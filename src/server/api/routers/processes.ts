import { z } from "zod";
import { containerOfGroup } from "~/domain/container";
import { AppError } from "~/domain/errors";
import { isSameProcess, type ProcessRow, topProcesses } from "~/domain/process";
import { buildTree, type TreeRow } from "~/domain/process-tree";
import { instant, rangeFields, resolveRange } from "~/domain/time-range.schema";
import { utcText } from "~/domain/wall-clock";
import type { Runtime } from "../../runtime";
import { flag } from "../input-fields";
import { outputSchema, router, viewerProcedure } from "../trpc";
import { sightOf, visibleDetails, visibleLife, visibleProcess } from "../visible";
import { consumers, life as lifeAnswer, processDetails, processes as table } from "./processes-responses";

const listInput = z.strictObject({
  sort: z.enum(["cpu", "memory", "io"]).default("cpu"),
  limit: z.coerce.number().int().min(1).max(10_000).default(50),
  /** A past moment. Without it, the current table. */
  at: instant.optional(),
  /** Return a tree, in which parents have the sums of their children, instead of a list. */
  tree: flag.default(false),
  /** Also say which of the processes still run, and since when tables are stored: that changes while time goes on. */
  present: flag.default(false),
});

const topInput = z
  .strictObject({
    ...rangeFields,
    sort: z.enum(["cpu", "memory", "io"]).default("cpu"),
    limit: z.coerce.number().int().min(1).max(2000).default(20),
  })
  .refine(({ hours, from }) => hours === undefined || from === undefined, {
    path: ["hours"],
    message: "give hours or from, not both",
  });

const lifeInput = z.strictObject({
  pid: z.coerce.number().int().min(1),
  /** Tells apart processes with the same pid, which the kernel reuses. Without it, the last one. */
  startedAt: instant.optional(),
  /** Without a range, the whole life of the process as far as it is kept. */
  from: instant.optional(),
  to: instant.optional(),
  points: z.coerce.number().int().min(1).max(2000).default(720),
});

function notEmpty({ from, to }: { from: number; to: number }): void {
  if (to > from) return;
  throw new AppError("bad_request", "The range ends before it begins.", [{ parameter: "to", detail: "must be later than from" }]);
}

interface Table {
  at: number | null;
  staleMs: number;
  rows: Iterable<ProcessRow>;
  /** Of a past moment: which of them have ended since. */
  hasEnded: (row: Pick<ProcessRow, "pid" | "startedAt">) => boolean;
}

/** The oldest moment whose table is stored. */
function sinceOf({ store }: Runtime): string | null {
  const since = store.processesSince();
  return since === null ? null : new Date(since).toISOString();
}

async function tableAt(runtime: Runtime, moment: number | undefined, signal: AbortSignal | undefined): Promise<Table> {
  const { processes } = runtime.store;
  if (moment === undefined) return { at: processes.at, staleMs: processes.staleMs, rows: processes.all(), hasEnded: () => false };
  const past = await runtime.past.processesAt(moment, signal);
  if (!past) throw new AppError("not_found", noTable(moment, runtime.store.processesSince()));
  const running = new Map(Array.from(processes.all(), (row) => [row.pid, row]));
  const hasEnded: Table["hasEnded"] = (row) => {
    const now = running.get(row.pid);
    return now === undefined || !isSameProcess(now, row);
  };
  return { ...past, hasEnded };
}

function noTable(moment: number, since: number | null): string {
  const oldest = since === null ? "" : ` The oldest one is from ${utcText(since)}.`;
  return `There is no process table for ${utcText(moment)}.${oldest}`;
}

type IsoStart<Row> = Omit<Row, "startedAt"> & { startedAt: string };

function withIsoStart<Row extends ProcessRow>(row: Row): IsoStart<Row> {
  return { ...row, startedAt: new Date(row.startedAt).toISOString() };
}

const getInput = z.strictObject({
  pid: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 31),
  /** From the process table: another process may have this pid by now. */
  startedAt: instant.optional(),
});

export const processesRouter = router({
  /**
   * The process table now or at a past second, heaviest first. With `tree`, each row has its depth and the sums of its children.
   */
  list: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/processes",
        summary: "The process table now or at a past second, sorted or as a tree",
        example: { sort: "cpu", limit: 10 },
      },
    })
    .input(listInput)
    .output(outputSchema(table))
    .query(async ({ ctx, input, signal }) => {
      const { at, staleMs, rows, hasEnded } = await tableAt(ctx.runtime, input.at, signal);
      const all = Array.from(rows, visibleProcess(ctx));
      const shown = input.tree ? buildTree(all, input.sort).slice(0, input.limit) : topProcesses(all, input.sort, input.limit);
      return {
        timestamp: at === null ? null : new Date(at).toISOString(),
        /** Readings of idle processes may be this much older than the timestamp. */
        staleSeconds: staleMs / 1000,
        ...(input.present && { since: sinceOf(ctx.runtime) }),
        total: all.length,
        processes: shown.map((row) => ({
          ...withIsoStart<ProcessRow & Partial<TreeRow>>(row),
          ...(input.present && { ended: hasEnded(row) }),
          container: containerOfGroup(row.group, ctx.runtime.containers.nameOf),
        })),
      };
    }),

  /**
   * The heaviest processes of a range by CPU seconds, peak memory or bytes read and written, including those that have ended. Of days
   * that are over, the 250 heaviest by each are told one by one; `total` counts all.
   */
  top: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/processes/top",
        summary: "Top processes of a range by CPU seconds, peak memory or bytes read and written, including exited ones",
        example: { hours: 1 },
      },
    })
    .input(topInput)
    .output(outputSchema(consumers))
    .query(async ({ ctx, input, signal }) => {
      const range = resolveRange(input, ctx.runtime.now());
      notEmpty(range);
      const { sort, limit } = input;
      const { total, consumers: found } = await ctx.runtime.past.topConsumers(
        { range, sort, limit, sight: sightOf(ctx) },
        signal,
      );
      return {
        from: new Date(range.from).toISOString(),
        to: new Date(range.to).toISOString(),
        total,
        processes: found.map(({ firstStartedAt: _first, ...one }) => ({
          ...one,
          startedAt: new Date(one.startedAt).toISOString(),
        })),
      };
    }),

  /** CPU, memory and I/O of one process over its life or a range, downsampled to the resolution of a chart. */
  life: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/processes/{pid}/history",
        summary: "CPU, memory and I/O of one process over its lifetime or a range",
        example: { pid: 1 },
      },
    })
    .input(lifeInput)
    .output(outputSchema(lifeAnswer))
    .query(async ({ ctx, input, signal }) => {
      const { pid, startedAt, from, to, points } = input;
      if (from !== undefined && to !== undefined) notEmpty({ from, to });
      const life = await ctx.runtime.past.processLife({ pid, startedAt, from, to, points, now: ctx.runtime.now() }, signal);
      if (!life)
        throw new AppError(
          "not_found",
          `There is no data of process ${pid} in this range. GET /api/processes/top lists those that have some.`,
        );
      return {
        ...visibleLife(life, ctx),
        startedAt: new Date(life.startedAt).toISOString(),
        from: new Date(life.from).toISOString(),
        to: new Date(life.to).toISOString(),
      };
    }),

  get: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/processes/{pid}",
        summary: "Current details of one process: arguments, limits, proportional memory, threads, parents",
        example: { pid: 1 },
      },
    })
    .input(getInput)
    .output(outputSchema(processDetails))
    .query(async ({ ctx, input: { pid, startedAt } }) => {
      const found = await ctx.runtime.processDetails(pid);
      if (!found || (startedAt !== undefined && !isSameProcess(found, { pid, startedAt }))) {
        throw new AppError("not_found", `Process ${pid} has exited. GET /api/processes?at= shows it at an earlier time.`);
      }
      const container = containerOfGroup(found.group, ctx.runtime.containers.nameOf);
      return { ...visibleDetails(found, ctx), container, startedAt: new Date(found.startedAt).toISOString() };
    }),
});
