import { answers, router, viewerProcedure } from "../trpc";
import { health } from "./health-responses";

export const healthRouter = router({
  /** Whether Hostscope itself works, check by check. */
  get: viewerProcedure
    .meta({ rest: { method: "GET", path: "/health", summary: "Whether Hostscope itself works, check by check" } })
    .output(answers(health))
    .query(({ ctx }) => ctx.runtime.health()),
});
