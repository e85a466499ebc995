import { outputSchema, router, viewerProcedure } from "../trpc";
import { health } from "./health-responses";

export const healthRouter = router({
  get: viewerProcedure
    .meta({ rest: { method: "GET", path: "/health", summary: "The health of Hostscope itself, check by check" } })
    .output(outputSchema(health))
    .query(({ ctx }) => ctx.runtime.health()),
});
