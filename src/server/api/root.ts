import { healthRouter } from "./routers/health";
import { hostRouter } from "./routers/host";
import { metricsRouter } from "./routers/metrics";
import { monitoringRouter } from "./routers/monitoring";
import { processesRouter } from "./routers/processes";
import { createCallerFactory, router } from "./trpc";

export const appRouter = router({
  health: healthRouter,
  host: hostRouter,
  metrics: metricsRouter,
  monitoring: monitoringRouter,
  processes: processesRouter,
});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
