import type { Runtime } from "../../runtime";
import { adminProcedure, type CallContext, outputSchema, router, viewerProcedure } from "../trpc";
import { monitoring } from "./monitoring-responses";

function answer({ monitoring, since }: ReturnType<Runtime["monitoring"]["state"]>) {
  return { monitoring, since: new Date(since).toISOString() };
}

async function set({ runtime, noteChanges }: CallContext, running: boolean) {
  const before = runtime.monitoring.state().monitoring;
  const state = await runtime.monitoring.set(running);
  if (state.monitoring !== before) noteChanges({ what: "monitoring", from: before, to: state.monitoring });
  return answer(state);
}

export const monitoringRouter = router({
  get: viewerProcedure
    .meta({ rest: { method: "GET", path: "/monitoring", summary: "Whether sampling is running" } })
    .output(outputSchema(monitoring))
    .query(({ ctx }) => answer(ctx.runtime.monitoring.state())),
  /** Idempotent, as is `stop`. Both survive a restart. */
  start: adminProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/monitoring/start",
        summary: "Starts sampling (persists across restarts)",
        example: {},
      },
    })
    .output(outputSchema(monitoring))
    .mutation(({ ctx }) => set(ctx, true)),
  stop: adminProcedure
    .meta({
      rest: {
        method: "POST",
        path: "/monitoring/stop",
        summary: "Stops sampling (persists across restarts)",
        example: {},
      },
    })
    .output(outputSchema(monitoring))
    .mutation(({ ctx }) => set(ctx, false)),
});
