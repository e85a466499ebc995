import { router, viewerProcedure } from "../trpc";

export const healthRouter = router({
  /** Whether Hostscope itself works, check by check. */
  get: viewerProcedure.meta({ rest: { method: "GET", path: "/health" } }).query(({ ctx }) => ctx.runtime.health()),
});
