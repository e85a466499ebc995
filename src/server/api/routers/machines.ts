/** All machines that write to the engine of `fleet`. */
import { z } from "zod";
import { AppError } from "~/domain/errors";
import { rangeFields, resolveRange } from "~/domain/time-range.schema";
import type { Context } from "../trpc";
import { outputSchema, router, viewerProcedure } from "../trpc";
import * as response from "./machines-responses";

function fleetOf({ runtime }: Context) {
  const fleet = runtime.fleet();
  if (fleet) return fleet;
  throw new AppError("not_found", "No fleet engine is configured. Set `fleet.query_url` (see docs/fleet.md).");
}

export const machinesRouter = router({
  list: viewerProcedure
    .meta({
      rest: { method: "GET", path: "/machines", summary: "All machines that write to the engine of `fleet`, by name" },
    })
    .output(outputSchema(response.machines))
    .query(async ({ ctx, signal }) => {
      const fleet = fleetOf(ctx);
      const { at, machines } = await fleet.machines(signal);
      return {
        timestamp: new Date(at).toISOString(),
        labels: [...fleet.labels],
        machines: machines.map(({ lastAt, ...one }) => ({ ...one, lastSampleAt: new Date(lastAt).toISOString() })),
      };
    }),

  /** Firing alerts of all machines, the worst first. */
  alerts: viewerProcedure
    .meta({ rest: { method: "GET", path: "/machines/alerts", summary: "Firing alerts of all machines, the worst first" } })
    .output(outputSchema(response.machineAlerts))
    .query(async ({ ctx, signal }) => {
      const { at, alerts } = await fleetOf(ctx).alerts(signal);
      return { timestamp: new Date(at).toISOString(), alerts };
    }),

  /** What machines can be compared by. */
  metrics: viewerProcedure
    .meta({ rest: { method: "GET", path: "/machines/metrics", summary: "Metrics that machines can be compared by" } })
    .output(outputSchema(response.comparableMetrics))
    .query(({ ctx }) => ({ metrics: fleetOf(ctx).comparable() })),

  /** One value of each machine at each step. */
  compare: viewerProcedure
    .meta({
      rest: {
        method: "GET",
        path: "/machines/compare/{metric}",
        summary: "One metric of all machines over time, the highest first",
        example: { metric: "system.cpu.utilization", hours: 1 },
      },
    })
    .input(
      z.strictObject({
        metric: z.string().min(1).max(200),
        ...rangeFields,
        points: z.coerce.number().int().min(1).max(500).default(120),
      }),
    )
    .output(outputSchema(response.comparison))
    .query(({ ctx, input: { metric, points, ...range }, signal }) =>
      fleetOf(ctx).compare({ metric, ...resolveRange(range, ctx.runtime.now()), points }, signal),
    ),
});
