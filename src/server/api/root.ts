import { accessRouter } from "./routers/access";
import { alertsRouter } from "./routers/alerts";
import { configRouter } from "./routers/config";
import { containersRouter, unitsRouter } from "./routers/containers";
import { explainRouter } from "./routers/explain";
import { healthRouter } from "./routers/health";
import { hostRouter } from "./routers/host";
import { machinesRouter } from "./routers/machines";
import { marksRouter } from "./routers/marks";
import { metricsRouter } from "./routers/metrics";
import { monitoringRouter } from "./routers/monitoring";
import { networkRouter } from "./routers/network";
import { processesRouter } from "./routers/processes";
import { reportsRouter } from "./routers/reports";
import { storageRouter } from "./routers/storage";
import { createCallerFactory, router } from "./trpc";

export const appRouter = router({
  access: accessRouter,
  alerts: alertsRouter,
  config: configRouter,
  containers: containersRouter,
  explain: explainRouter,
  health: healthRouter,
  host: hostRouter,
  machines: machinesRouter,
  marks: marksRouter,
  metrics: metricsRouter,
  monitoring: monitoringRouter,
  network: networkRouter,
  processes: processesRouter,
  storage: storageRouter,
  units: unitsRouter,
  reports: reportsRouter,
});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
