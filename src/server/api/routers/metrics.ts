import { z } from "zod";
import { AppError } from "~/domain/errors";
import { AGGREGATES } from "~/domain/history";
import { builtInMetrics, metricDefinition } from "~/domain/metric";
import { rangeFields, resolveRange } from "~/domain/time-range.schema";
import { router, viewerProcedure } from "../trpc";

const historyInput = z
  .strictObject({
    name: z.string().min(1).max(200),
    ...rangeFields,
    points: z.coerce.number().int().min(1).max(2000).default(720),
    agg: z.enum(AGGREGATES).default("avg"),
  })
  .refine(({ hours, from }) => hours === undefined || from === undefined, {
    path: ["hours"],
    message: "give hours or from, not both",
  });

export const metricsRouter = router({
  /** Every metric that this version knows, with unit, kind and help. */
  catalogue: viewerProcedure
    .meta({ rest: { method: "GET", path: "/metrics" } })
    .query(() => builtInMetrics().map(({ metric, unit, kind, help }) => ({ metric, unit, kind, help }))),

  /** The newest sample as a chart would draw it; a counter's value is its rate, its `total` is what the kernel counts. */
  current: viewerProcedure.meta({ rest: { method: "GET", path: "/metrics/current" } }).query(({ ctx }) => {
    const { bus, config } = ctx.runtime;
    const facts = ctx.runtime.host();
    const tick = bus.latest();
    const host = {
      name: facts.name,
      os: facts.os,
      kernel: facts.kernel,
      cpus: facts.logicalCpus,
      memoryBytes: facts.memoryBytes,
      bootTime: new Date(facts.bootTime).toISOString(),
    };
    const metrics = (tick?.frame.series ?? []).flatMap(({ metric, labels, unit, slot }, index) => {
      const value = tick?.frame.values[index] ?? Number.NaN;
      const counted = slot !== undefined && metricDefinition(metric)?.kind === "counter";
      const total = counted ? tick?.sample.values[slot] : undefined;
      if (Number.isNaN(value) && (total === undefined || Number.isNaN(total))) return [];
      return [{ metric, labels, value: Number.isNaN(value) ? null : value, unit, ...(total === undefined ? {} : { total }) }];
    });
    return {
      timestamp: tick ? new Date(tick.sample.at).toISOString() : null,
      intervalSeconds: config.monitoring.interval,
      host,
      metrics,
    };
  }),

  /** Points of one metric, or of the bundle `system`, already reduced to a chart's resolution. */
  history: viewerProcedure
    .meta({ rest: { method: "GET", path: "/metrics/history/{name}" } })
    .input(historyInput)
    .query(({ ctx, input }) => {
      if (input.name !== "system" && !metricDefinition(input.name)) {
        throw new AppError("not_found", `no metric ${input.name}: GET /api/metrics lists them, and "system" is the main bundle`);
      }
      const { from, to } = resolveRange(input, Date.now());
      if (to <= from)
        throw new AppError("bad_request", "the range ends before it begins", [
          { parameter: "to", detail: "must be later than from" },
        ]);
      const history = ctx.runtime.store.history({ name: input.name, from, to, points: input.points, aggregate: input.agg });
      return { ...history, from: new Date(history.from).toISOString(), to: new Date(history.to).toISOString() };
    }),
});
