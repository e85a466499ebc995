import { z } from "zod";
import { AppError } from "~/domain/errors";
import { AGGREGATES } from "~/domain/history";
import { rangeFields, resolveRange } from "~/domain/time-range.schema";
import { adminProcedure, router, viewerProcedure } from "../trpc";

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

const pushed = z.strictObject({
  metric: z.string().regex(/^[a-zA-Z_][\w.:]{0,99}$/, "expected letters, digits and . _ :"),
  value: z.number(),
  tags: z
    .record(z.string().min(1).max(100), z.string().max(200))
    .default({})
    .refine((tags) => Object.keys(tags).length <= 10, "at most 10 tags"),
  timestamp: z.union([z.string(), z.number()]).optional(),
});

export const metricsRouter = router({
  /** Every metric that this version knows, with unit, kind and help. */
  catalogue: viewerProcedure
    .meta({ rest: { method: "GET", path: "/metrics" } })
    .query(({ ctx }) => ctx.runtime.metrics().map(({ metric, unit, kind, help }) => ({ metric, unit, kind, help }))),

  /** The user's own metrics and what is wrong with those that fail. */
  custom: viewerProcedure
    .meta({ rest: { method: "GET", path: "/metrics/custom" } })
    .query(({ ctx }) =>
      ctx.runtime.custom
        .statuses()
        .map((one) => ({ ...one, readAt: one.readAt === null ? null : new Date(one.readAt).toISOString() })),
    ),

  /** Takes in one reading, or `items` of them (a bare JSON array is the same). A reading stands for five minutes. */
  push: adminProcedure
    .meta({ rest: { method: "POST", path: "/metrics/custom" }, audited: false })
    .input(z.union([pushed, z.strictObject({ items: z.array(pushed).min(1).max(200) })]))
    .mutation(({ ctx, input }) => {
      const items = "items" in input ? input.items : [input];
      const known = new Set(ctx.runtime.metrics().map(({ metric }) => metric));
      for (const { metric } of items) {
        if (metric.startsWith("system.") || metric.startsWith("hostscope.")) {
          throw new AppError("bad_request", `${metric} is measured here and cannot be sent`, [
            { parameter: "metric", detail: "is a built-in name" },
          ]);
        }
      }
      for (const { metric, value, tags } of items) ctx.runtime.custom.push({ metric, value, labels: tags }, !known.has(metric));
      return { accepted: items.length };
    }),

  /** The newest sample as a chart would draw it; a counter's value is its rate, its `total` is what the kernel counts. */
  current: viewerProcedure.meta({ rest: { method: "GET", path: "/metrics/current" } }).query(({ ctx }) => {
    const { bus, config } = ctx.runtime;
    const facts = ctx.runtime.host();
    const tick = bus.latest();
    const counters = new Set(ctx.runtime.metrics().flatMap((one) => (one.kind === "counter" ? [one.metric] : [])));
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
      const counted = slot !== undefined && counters.has(metric);
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
      if (input.name !== "system" && !ctx.runtime.metrics().some(({ metric }) => metric === input.name)) {
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
