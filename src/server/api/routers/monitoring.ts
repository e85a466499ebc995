import type { Runtime } from "../../runtime";
import { adminProcedure, router, viewerProcedure } from "../trpc";

function answer({ monitoring, since }: ReturnType<Runtime["monitoring"]["state"]>) {
  return { monitoring, since: new Date(since).toISOString() };
}

export const monitoringRouter = router({
  get: viewerProcedure
    .meta({ rest: { method: "GET", path: "/monitoring" } })
    .query(({ ctx }) => answer(ctx.runtime.monitoring.state())),
  /** Idempotent; survives a restart. */
  start: adminProcedure
    .meta({ rest: { method: "POST", path: "/monitoring/start" } })
    .mutation(async ({ ctx }) => answer(await ctx.runtime.monitoring.set(true))),
  stop: adminProcedure
    .meta({ rest: { method: "POST", path: "/monitoring/stop" } })
    .mutation(async ({ ctx }) => answer(await ctx.runtime.monitoring.set(false))),
});
